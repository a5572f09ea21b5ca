package dev.boda.bench.logs;

import dev.boda.bench.subject.ProcessorTime;
import dev.boda.store.LogStreamName;
import dev.boda.telemetry.LogLimits;
import dev.boda.telemetry.LogStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Feeds a log store of the server's own settings at a given rate, and prints what it saw as a line of numbers.
public final class LogFeed {

    static final String GROUP = "/aws/lambda/fed";
    static final String ACCOUNT = "000000000000";
    static final String REGION = "us-east-1";
    static final int STREAMS = 64;
    static final int LINES = 4;
    static final int MARK_BYTES = 2 * Long.BYTES;

    private static final int THREADS = 2;
    private static final long WATCH_NANOS = 5_000_000;

    private LogFeed() {}

    /// What a feed saw.
    ///
    /// @param lagMedian     of the oldest line that waited, milliseconds, looked at every 5 ms
    /// @param longestLag    of any line, from its arrival until it was on disk, milliseconds
    /// @param behindMillis  how late the feed itself was at worst
    /// @param processMicros processor time of the whole process for an invocation's lines
    public record Seen(
            long invocations,
            long written,
            long dropped,
            long lagMedian,
            long lagP99,
            long lagMax,
            long longestLag,
            double behindMillis,
            double processMicros) {

        static Seen parse(String line) {
            var parts = line.split(" ", -1);
            return new Seen(
                    Long.parseLong(parts[0]),
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    Long.parseLong(parts[3]),
                    Long.parseLong(parts[4]),
                    Long.parseLong(parts[5]),
                    Long.parseLong(parts[6]),
                    Double.parseDouble(parts[7]),
                    Double.parseDouble(parts[8]));
        }

        private String line() {
            return String.format(
                    Locale.ROOT,
                    "%d %d %d %d %d %d %d %.3f %.3f",
                    invocations,
                    written,
                    dropped,
                    lagMedian,
                    lagP99,
                    lagMax,
                    longestLag,
                    behindMillis,
                    processMicros);
        }
    }

    /// Arguments: the folder of the logs, invocations a second, seconds, and a file to note in what was appended last.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var time = Duration.ofSeconds(Long.parseLong(arguments[2]));
        try (var store = LogStore.open(Path.of(arguments[0]), LogLimits.DEFAULT, InstantSource.system());
                var file = FileChannel.open(
                        Path.of(arguments[3]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            var marks = file.map(FileChannel.MapMode.READ_WRITE, 0, (long) STREAMS * MARK_BYTES);
            var feeders = new ArrayList<Feeder>();
            for (int i = 0; i < THREADS; i++) {
                var streams = new ArrayList<FedStream>();
                for (int stream = i; stream < STREAMS; stream += THREADS) {
                    var name = new LogStreamName(ACCOUNT, REGION, GROUP, "2026/01/31/[$LATEST]" + stream);
                    streams.add(new FedStream(store, name, marks, stream));
                }
                feeders.add(new Feeder(streams, Double.parseDouble(arguments[1]) / THREADS, time));
            }
            System.out.println(feed(store, feeders).line());
        }
    }

    private static Seen feed(LogStore store, List<Feeder> feeders) throws IOException, InterruptedException {
        long pid = ProcessHandle.current().pid();
        var before = ProcessorTime.of(pid);
        feeders.forEach(Thread::start);
        var lag = new Histogram(3);
        while (feeders.stream().anyMatch(Thread::isAlive)) {
            lag.recordValue(store.flow().lagMillis());
            LockSupport.parkNanos(WATCH_NANOS);
        }
        long invocations = feeders.stream().mapToLong(feeder -> feeder.done).sum();
        while (store.flow().queuedEvents() > 0) {
            LockSupport.parkNanos(WATCH_NANOS);
        }
        var spent = ProcessorTime.of(pid).since(before);
        var flow = store.flow();
        return new Seen(
                invocations,
                flow.written(),
                flow.dropped(),
                lag.getValueAtPercentile(50),
                lag.getValueAtPercentile(99),
                lag.getMaxValue(),
                flow.longestLagMillis(),
                feeders.stream().mapToLong(feeder -> feeder.behindNanos).max().orElse(0) / 1e6,
                spent.serverNanos() / 1e3 / Math.max(1, invocations));
    }

    /// Gives its streams their invocations in turn, on a schedule.
    private static final class Feeder extends Thread {

        private static final long PAUSE_NANOS = 500_000;

        private final List<FedStream> streams;
        private final double nanosEach;
        private final long timeNanos;
        private volatile long done;
        private volatile long behindNanos;

        Feeder(List<FedStream> streams, double invocationsPerSecond, Duration time) {
            this.streams = streams;
            nanosEach = 1e9 / invocationsPerSecond;
            timeNanos = time.toNanos();
        }

        @Override
        public void run() {
            long begun = System.nanoTime();
            long fed = 0;
            long late = 0;
            for (long now = 0; now < timeNanos; now = System.nanoTime() - begun) {
                late = Math.max(late, now - (long) (fed * nanosEach));
                for (long due = (long) (now / nanosEach); fed < due; fed++) {
                    streams.get((int) (fed % streams.size())).invocation();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            behindNanos = late;
            done = fed;
        }
    }
}
