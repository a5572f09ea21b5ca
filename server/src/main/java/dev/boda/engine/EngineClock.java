package dev.boda.engine;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

/// Time as the engine reads it and waits in it, the processors' too. Tests bring one that they move by hand.
public interface EngineClock {

    /// A deadline that never comes.
    long NEVER = Long.MAX_VALUE;

    /// Nanoseconds since some fixed moment; never negative, never going back.
    long nanos();

    /// Milliseconds since 1970, for what leaves the engine.
    long epochMillis();

    /// Waits until `condition` is signalled or [#nanos()] reaches `deadlineNanos`; may return earlier. The caller
    /// holds `lock`, which `condition` belongs to.
    void await(Lock lock, Condition condition, long deadlineNanos) throws InterruptedException;

    /// Whether the processors have time to spare, lately.
    boolean idleProcessor();

    /// The machine's clock.
    ///
    /// @param idleProcessor see [#idleProcessor()]
    static EngineClock of(InstantSource source, BooleanSupplier idleProcessor) {
        return new Machine(source, idleProcessor, System.nanoTime());
    }

    /// @param origin `System.nanoTime()` may be negative: counting from here makes deadlines comparable
    record Machine(InstantSource source, BooleanSupplier processors, long origin) implements EngineClock {

        @Override
        public long nanos() {
            return System.nanoTime() - origin;
        }

        @Override
        public long epochMillis() {
            return source.millis();
        }

        @Override
        public boolean idleProcessor() {
            return processors.getAsBoolean();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // the caller loops
        public void await(Lock lock, Condition condition, long deadlineNanos) throws InterruptedException {
            if (deadlineNanos == NEVER) {
                condition.await();
            } else {
                boolean _ = condition.await(deadlineNanos - nanos(), TimeUnit.NANOSECONDS);
            }
        }
    }
}
