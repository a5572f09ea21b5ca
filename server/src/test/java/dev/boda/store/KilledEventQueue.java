package dev.boda.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.store.EventQueue.LeaseLostException;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;

/// A process of its own, to be killed: it adds events and settles them, and prints what it may acknowledge: `+ID` for
/// an event that was added, `-ID` for one that was settled.
final class KilledEventQueue {

    static final int ADDERS = 4;
    static final int SETTLERS = 2;
    static final Duration HOUR = Duration.ofHours(1);

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final EventQueue queue;

    private KilledEventQueue(EventQueue queue) {
        this.queue = queue;
    }

    /// By how much the clock of a run is ahead: the leases of the run before have run out.
    static Duration clock(int run) {
        return HOUR.multipliedBy(2L * run);
    }

    /// @param arguments the file, and the number of the run, from 1
    public static void main(String[] arguments) {
        int run = Integer.parseInt(arguments[1]);
        var database = Database.open(Path.of(arguments[0]), SqliteEventQueue.SCHEMA);
        var clock = InstantSource.offset(InstantSource.system(), clock(run));
        var killed = new KilledEventQueue(SqliteEventQueue.open(database, clock));
        List<ShardLease> shards = killed.queue.claim("run" + run, HOUR);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < ADDERS; i++) {
                String prefix = run + "-" + i + "-";
                threads.execute(() -> killed.add(prefix));
            }
            int each = shards.size() / SETTLERS;
            for (int i = 0; i < SETTLERS; i++) {
                var own = shards.subList(i * each, (i + 1) * each);
                threads.execute(() -> killed.settle(own));
            }
        }
    }

    private void add(String prefix) {
        for (int i = 0; ; i++) {
            String id = prefix + i;
            queue.add(new QueuedEvent(id, "lane" + i % 16, 0, "{}", id.getBytes(UTF_8)));
            print("+" + id);
        }
    }

    private void settle(List<ShardLease> shards) {
        try {
            while (true) {
                for (var shard : shards) {
                    settle(shard);
                }
            }
        } catch (LeaseLostException e) {
            throw new IllegalStateException(e);
        }
    }

    private void settle(ShardLease shard) throws LeaseLostException {
        for (var lane : queue.lanes(shard)) {
            for (var event : queue.lease(shard, lane.lane(), 4, HOUR)) {
                queue.settle(shard, List.of(new Settlement.Done(event)));
                print("-" + event.id());
            }
        }
    }

    /// Prints a line in one piece, whenever the kill comes.
    private void print(String line) {
        try {
            out.write((line + "\n").getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts it.
    static Process start(Path file, int run) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledEventQueue.class.getName(),
                        file.toString(),
                        String.valueOf(run))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
