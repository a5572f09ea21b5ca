package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// Runs storms until one breaks the rules; prints the seed of the one that did. `-Dstorms=N` runs more than the usual
/// thousand, `-Dstorm=SEED` runs one again.
class StormTest {

    private static final int STORMS = 1_000;

    @Test
    void afterEveryStormEverythingIsAsItShouldBe() {
        Long one = Long.getLong("storm");
        if (one != null) {
            run(one);
            return;
        }
        var faults = new ConcurrentLinkedQueue<Throwable>();
        var before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, fault) -> faults.add(fault));
        try {
            runAll();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(faults).as("no thread of the engine died of a fault").isEmpty();
    }

    private static void runAll() {
        long invocations = 0;
        int storms = Integer.getInteger("storms", STORMS);
        for (long seed = 0; seed < storms; seed++) {
            invocations += run(seed);
        }
        assertThat(invocations).as("storms that do something").isGreaterThan(10L * storms);
    }

    private static int run(long seed) {
        try {
            return new Storm(seed).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("Storm with seed " + seed + " (again: -Dstorm=" + seed + "): " + e, e);
        }
    }
}
