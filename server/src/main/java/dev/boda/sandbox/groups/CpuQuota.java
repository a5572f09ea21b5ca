package dev.boda.sandbox.groups;

/// How much CPU time a group gets in each period.
///
/// 1,769 MB are worth one CPU, as on AWS.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>
///
/// Over longer times every period gives the same; it decides how long the pauses are. With the kernel's usual 100 ms a
/// function of 128 MB stands still for 93 ms once its 7 ms are used up, and whoever waits for a heartbeat, a socket or
/// the next of many short calls waits as long. With 20 ms it is 19 ms at most. Shorter periods would not make shorter
/// pauses: the kernel wants a quota of at least 1 ms, and looks at what has been used only at its ticks of 1 to 4 ms.
record CpuQuota(long quotaMicros, long periodMicros) {

    private static final long PERIOD_MICROS = 20_000;
    private static final long LEAST_QUOTA_MICROS = 1_000;
    static final int MEGABYTES_PER_CPU = 1_769;

    static CpuQuota of(int memoryMegabytes) {
        long quota = Math.round((double) memoryMegabytes * PERIOD_MICROS / MEGABYTES_PER_CPU);
        return new CpuQuota(Math.max(LEAST_QUOTA_MICROS, quota), PERIOD_MICROS);
    }

    /// So many processors.
    double processors() {
        return (double) quotaMicros / periodMicros;
    }
}
