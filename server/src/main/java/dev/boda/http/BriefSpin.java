package dev.boda.http;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Looks for events for a moment before an I/O thread sleeps, if lately they came so soon. To be woken costs the
/// thread, and who wakes it, more than a brief request does: a fifth of the time of a warm call.
///
/// A look in vain is the last one until an event comes soon again: a server that nobody calls sleeps, and one that is
/// called now and then looks for one moment a call. And where others want the processor, they have it.
final class BriefSpin implements SelectStrategy {

    private static final long SPIN_NANOS = 100_000;

    /// From the beginning of a sleep until the thread would sleep again: what came soon has been handled by then.
    private static final long SOON_NANOS = 3 * SPIN_NANOS;

    private final LongSupplier nanos;
    private final BooleanSupplier spareCpu;
    private final BooleanSupplier tasks;
    private boolean worthwhile;
    private boolean slept;
    private long sleptSince;

    /// @param nanos    the time, as [System#nanoTime()]
    /// @param spareCpu whether nobody else wants the processor
    /// @param tasks    whether the thread has been given something to do
    BriefSpin(LongSupplier nanos, BooleanSupplier spareCpu, BooleanSupplier tasks) {
        this.nanos = nanos;
        this.spareCpu = spareCpu;
        this.tasks = tasks;
    }

    @Override
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        int found = selectNow.get();
        if (hasTasks || found > 0) {
            return found;
        }
        long now = nanos.getAsLong();
        if (slept) {
            worthwhile = now - sleptSince < SOON_NANOS;
            slept = false;
        }
        return worthwhile && spareCpu.getAsBoolean() ? spin(selectNow, now + SPIN_NANOS) : sleep(now);
    }

    private int spin(IntSupplier selectNow, long ends) throws Exception {
        while (true) {
            Thread.onSpinWait();
            int found = selectNow.get();
            if (found > 0 || tasks.getAsBoolean()) {
                return found;
            }
            long now = nanos.getAsLong();
            if (now - ends >= 0) {
                return sleep(now);
            }
        }
    }

    private int sleep(long now) {
        slept = true;
        sleptSince = now;
        return SELECT;
    }
}
