package dev.boda.bench;

import dev.boda.bench.load.LoadResult;
import dev.boda.bench.subject.BareInserts;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.ManyEvents;
import dev.boda.bench.subject.ManyEvents.Beside;
import dev.boda.bench.subject.ManyEvents.Drained;
import dev.boda.bench.subject.ProcessorTime;
import dev.boda.bench.subject.SlowFlushes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Consumer;

/// Measures asynchronous invocation, on servers of its own.
final class AsyncSuite {

    /// The store's own inserts and the server's acceptances are measured in turns.
    private static final int TURNS = 3;

    /// The longest pause that any step asks for, with what warming up may take.
    private static final int PAUSES = 60;

    private static final int LONGER = 3;
    private static final Duration SPARE = Duration.ofSeconds(5);
    private static final Duration SHORTEST_MEASURED = Duration.ofMillis(500);
    private static final int WARM_UPS = 20;
    private static final double SETTLED = 0.03;
    private static final int SETTLED_ROUNDS = 2;

    private final Bench bench;
    private final Duration time;
    private final Consumer<String> progress;

    /// @param time of each step
    AsyncSuite(Bench bench, Duration time, Consumer<String> progress) {
        this.bench = bench;
        this.time = time;
        this.progress = progress;
    }

    Findings find() throws IOException, InterruptedException {
        var folder = bench.scratch().resolve("async");
        var runtime = bench.languages().all().stream()
                .filter(any -> any.language().equals("nodejs"))
                .findFirst()
                .orElseThrow(() -> new IOException("There is no Node.js here"))
                .id();
        LoadResult slow;
        try (var server = BodaServer.startWithSlowFlushes(bench.home(), folder.resolve("slow"), agent(folder));
                var events = new ManyEvents(server, runtime)) {
            progress.accept("accepting events with slow flushes");
            slow = slow(events);
        }
        try (var server = BodaServer.start(bench.home(), folder.resolve("data"));
                var events = new ManyEvents(server, runtime);
                var bare = BareInserts.open(folder.resolve("bare.db"))) {
            return find(events, bare, slow).findings();
        }
    }

    /// The jar of [SlowFlushes] where its path needs no quotes.
    private static Path agent(Path folder) throws IOException {
        try {
            var jar = Path.of(SlowFlushes.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Files.createDirectories(folder);
            return Files.copy(jar, folder.resolve("agent.jar"), StandardCopyOption.REPLACE_EXISTING);
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private LoadResult slow(ManyEvents events) throws IOException, InterruptedException {
        events.pause(pauseOf(PAUSES));
        warmUp(events, () -> events.accept(time));
        var slow = events.accept(time);
        if (slow.latency().getMinValue() < SlowFlushes.MILLIS * 1_000_000L) {
            throw new IOException("Flushes take no longer with the agent: the server's classes are not as it expects");
        }
        return slow;
    }

    private Duration pauseOf(int steps) {
        return time.multipliedBy(steps).plus(SPARE);
    }

    private interface Step {
        void take() throws IOException, InterruptedException;
    }

    /// Until the server's compilers are done with what runs most; once where nobody quotes the figures.
    private void warmUp(ManyEvents events, Step step) throws IOException, InterruptedException {
        if (time.compareTo(SHORTEST_MEASURED) < 0) {
            step.take();
            return;
        }
        int settled = 0;
        for (int i = 0; i < WARM_UPS && settled < SETTLED_ROUNDS; i++) {
            long before = ProcessorTime.compilersNanos(events.pid());
            long began = System.nanoTime();
            step.take();
            boolean busy = ProcessorTime.compilersNanos(events.pid()) - before > SETTLED * (System.nanoTime() - began);
            settled = busy ? 0 : settled + 1;
        }
    }

    private AsyncFindings find(ManyEvents events, BareInserts bare, LoadResult slow)
            throws IOException, InterruptedException {
        var drained = drained(events);
        // A hundredth of the calls is to be more than a handful.
        var longer = time.multipliedBy(LONGER);
        progress.accept("calling a warm function beside events that run");
        warmUp(events, () -> events.callBesideRunning(AsyncFindings.CALLS, AsyncFindings.RUNNING, time));
        var quiet = events.call(AsyncFindings.CALLS, longer);
        Beside running = events.callBesideRunning(AsyncFindings.CALLS, AsyncFindings.RUNNING, longer);
        events.pause(pauseOf(PAUSES));
        progress.accept("accepting events");
        // In turns from the first one: a store with a million events is slower than an empty one.
        warmUp(events, () -> {
            var _ = events.accept(time);
            var _ = bare.run(ManyEvents.CALLERS, time, ManyEvents.payload());
        });
        var inserted = bare.run(ManyEvents.CALLERS, time, ManyEvents.payload());
        var accepted = events.accept(time);
        for (int turn = 1; turn < TURNS; turn++) {
            inserted = both(inserted, bare.run(ManyEvents.CALLERS, time, ManyEvents.payload()));
            accepted = both(accepted, events.accept(time));
        }
        var steady = events.accept(AsyncFindings.STEADY, time);
        progress.accept("calling a warm function beside events that wait");
        Beside waiting = events.callBesideWaiting(AsyncFindings.CALLS, AsyncFindings.STEADY, longer);
        return new AsyncFindings(inserted, accepted, slow, steady, drained, quiet, running, waiting);
    }

    private Drained drained(ManyEvents events) throws IOException {
        progress.accept("filling the queue and draining it");
        long end = events.pause(pauseOf(2));
        var waiting = events.accept(time);
        return events.drain(end, waiting.calls() - waiting.errors());
    }

    /// What two turns met together.
    private static LoadResult both(LoadResult one, LoadResult other) {
        var latency = one.latency().copy();
        latency.add(other.latency());
        return new LoadResult(
                one.calls() + other.calls(),
                latency,
                LoadResult.histogram(),
                one.errors() + other.errors(),
                one.nanos() + other.nanos(),
                one.signing() + other.signing());
    }
}
