package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A crowd of short invocations before a whole pool, whose gate closes.
class CrowdTest {

    private static final int CALLERS = 16;
    private static final Duration STEP = Duration.ofNanos(200_000);
    private static final Duration CROWDED = Duration.ofMillis(600);

    @Test
    void everyoneWhoIsHeldBackIsServed() {
        var limits = Engine.LIMITS.with(its -> its.quickAtOnce = 1);
        try (var engine = new Engine(_ -> FakeRuntime::echo, limits, 1_000);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var callers = CompletableFuture.allOf(IntStream.range(0, CALLERS)
                    .mapToObj(_ -> CompletableFuture.runAsync(() -> callAgainAndAgain(engine), threads))
                    .toArray(CompletableFuture[]::new));
            eventually("all are served", () -> {
                engine.clock.advance(STEP);
                return callers.isDone();
            });
            callers.join();
        }
    }

    private static void callAgainAndAgain(Engine engine) {
        while (engine.clock.nanos() < CROWDED.toNanos()) {
            engine.invoke("x");
        }
    }
}
