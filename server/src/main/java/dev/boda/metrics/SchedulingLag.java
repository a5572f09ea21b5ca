package dev.boda.metrics;

import dev.boda.http.HttpServer;
import dev.boda.meter.Histogram;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// How long a task that is due now waits for its thread, tried twice a second: on each event loop of the HTTP server,
/// and on a virtual thread. What keeps them busy, or blocks them, shows here before requests time out.
public final class SchedulingLag implements AutoCloseable {

    private static final Duration BETWEEN = Duration.ofMillis(500);

    private final Histogram loops = seconds();
    private final Histogram virtualThreads = seconds();
    private final ScheduledExecutorService clock;

    private SchedulingLag(ScheduledExecutorService clock) {
        this.clock = clock;
    }

    private static Histogram seconds() {
        return Histogram.ofSeconds(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5);
    }

    /// Begins to try.
    public static SchedulingLag start(HttpServer http) {
        var lag = new SchedulingLag(Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("scheduling-lag").factory()));
        var _ = lag.clock.scheduleWithFixedDelay(
                () -> lag.tryOnce(http), BETWEEN.toMillis(), BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
        return lag;
    }

    private void tryOnce(HttpServer http) {
        long due = System.nanoTime();
        http.onEachLoop(() -> loops.add(System.nanoTime() - due));
        var _ = Thread.startVirtualThread(() -> virtualThreads.add(System.nanoTime() - due));
    }

    /// By what the task ran on.
    Map<String, Histogram.Reading> read() {
        return Map.of("event_loop", loops.read(), "virtual_thread", virtualThreads.read());
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
