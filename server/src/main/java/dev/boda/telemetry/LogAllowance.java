package dev.boda.telemetry;

import java.util.concurrent.atomic.LongAdder;

/// What one function may still write to its log: so many bytes a second, ten seconds' worth of them at once. An event
/// goes through while anything is left, whatever its length; the next ones wait for it to be made up.
final class LogAllowance {

    /// Of a function without a limit.
    static final LogAllowance UNLIMITED = new LogAllowance(0, 0, new LongAdder());

    private static final long SAVED_SECONDS = 10;
    private static final long MILLIS_PER_SECOND = 1_000;

    private final long bytesPerSecond;
    private final LongAdder refused;
    // Guarded by this. In bytes times 1,000, so that a millisecond's worth is a whole number.
    private long left;
    // Guarded by this.
    private long countedMillis;

    /// @param refused counts the events that did not go through
    LogAllowance(long bytesPerSecond, long nowMillis, LongAdder refused) {
        this.refused = refused;
        this.bytesPerSecond = bytesPerSecond;
        this.left = most();
        this.countedMillis = nowMillis;
    }

    private long most() {
        return bytesPerSecond * SAVED_SECONDS * MILLIS_PER_SECOND;
    }

    /// Whether an event may be written now, which is then counted.
    boolean take(long nowMillis, int bytes) {
        if (bytesPerSecond == 0) {
            return true;
        }
        synchronized (this) {
            count(nowMillis);
            if (left <= 0) {
                refused.increment();
                return false;
            }
            left -= bytes * MILLIS_PER_SECOND;
            return true;
        }
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /// Whether nothing has been written for so long that a new one would be the same.
    synchronized boolean isWhole(long nowMillis) {
        count(nowMillis);
        return left == most();
    }

    private void count(long nowMillis) {
        long passed = Math.clamp(nowMillis - countedMillis, 0, SAVED_SECONDS * MILLIS_PER_SECOND);
        left = Math.min(most(), left + passed * bytesPerSecond);
        countedMillis = nowMillis;
    }
}
