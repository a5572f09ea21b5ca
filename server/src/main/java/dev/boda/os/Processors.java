package dev.boda.os;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// The machine's processors, or what of them a container gives the server.
public final class Processors {

    /// Of all together; beyond it none has time to spare.
    private static final double BUSY = 0.9;

    private Processors() {}

    /// Whether they had time to spare since this was asked the last time.
    public static boolean haveTimeToSpare() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return system.getCpuLoad() < BUSY;
    }
}
