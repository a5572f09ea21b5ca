package dev.boda.os;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// The machine's processors, or what of them a container gives the server. Safe for use by several threads.
public final class Processors {

    /// Of all together; beyond it none has time to spare.
    private static final double BUSY = 0.9;

    /// Asked more often, they would tell of moments.
    private static final long REMEMBERED_NANOS = 100_000_000;

    private final DoubleSupplier load;
    private final LongSupplier nanos;
    // Guarded by this.
    private boolean idle = true;
    private long askedAt;

    /// @param load of all together since it was asked the last time, from 0 to 1; below 0 if that is not known
    Processors(DoubleSupplier load, LongSupplier nanos) {
        this.load = load;
        this.nanos = nanos;
        this.askedAt = nanos.getAsLong();
        var _ = load.getAsDouble();
    }

    /// Those of this machine.
    public static Processors ofMachine() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Processors(system::getCpuLoad, System::nanoTime);
    }

    /// Whether they had time to spare lately: for a tenth of a second or longer, if nobody asked meanwhile.
    public synchronized boolean haveTimeToSpare() {
        long now = nanos.getAsLong();
        if (now - askedAt >= REMEMBERED_NANOS) {
            askedAt = now;
            idle = load.getAsDouble() < BUSY;
        }
        return idle;
    }
}
