package dev.boda.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what other threads do.
final class Eventually {

    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long STEP_NANOS = 50_000L;

    private Eventually() {}

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not in time: " + what);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}
