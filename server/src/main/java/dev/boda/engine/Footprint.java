package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.time.Duration;

/// What the environments of one version have shown of themselves: the memory they used, how long Init took, whether it
/// fails. Outlives the environments, so that the next one is judged by them.
final class Footprint {

    private static final long MEGABYTE = 1_048_576;

    /// What a version that has shown nothing counts with, at least.
    private static final long LEAST_ASSUMED = 32 * MEGABYTE;

    /// What the kernel holds for any environment: nothing runs in less.
    private static final long LEAST_SHOWN = 4 * MEGABYTE;

    /// So many failures of Init in a row are no accident.
    private static final int FAILS = 3;

    private static final long SHORTEST_GAP_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_GAP_NANOS = Duration.ofSeconds(1).toNanos();

    private final long configuredBytes;
    // Guarded by this.
    private long largestBytes;
    private long initNanos;
    /// How often the version was called, which fades.
    private double calls;
    private long calledAt;
    private int failures;
    private long nextInitAt;

    Footprint(FunctionVersion version) {
        this(version, 0);
    }

    /// @param moreMegabytes what its environments may use beside what the version has
    Footprint(FunctionVersion version, int moreMegabytes) {
        this.configuredBytes = (version.memoryMegabytes() + moreMegabytes) * MEGABYTE;
    }

    /// With how many bytes an environment counts: the largest use that any of the version has shown; as long as none
    /// has, half of what is configured, at least 32 MB; never more than configured.
    synchronized long bytes() {
        long expected =
                largestBytes > 0 ? Math.max(LEAST_SHOWN, largestBytes) : Math.max(LEAST_ASSUMED, configuredBytes / 2);
        return Math.min(configuredBytes, expected);
    }

    /// An environment has used so much memory. Whether environments of the version now count with more or less.
    synchronized boolean used(long bytes) {
        boolean changes = bytes > largestBytes;
        largestBytes = Math.max(largestBytes, bytes);
        return changes;
    }

    /// An invocation of the version meets an environment.
    synchronized void called(long now, Retirement retirement) {
        calls = 1 + retirement.faded(calls, now - calledAt);
        calledAt = now;
    }

    /// For how many nanoseconds an idle environment of the version is kept.
    synchronized long keepNanos(Retirement retirement) {
        return retirement.keepNanos(initNanos, bytes());
    }

    /// How much an environment of the version is missed that has been idle for so long.
    ///
    /// @param environments how many there are
    synchronized double worth(Retirement retirement, long idleNanos, int environments) {
        return retirement.worth(calls, idleNanos, initNanos, bytes(), environments);
    }

    /// Init ended well after so long.
    synchronized void initialised(long nanos) {
        initNanos = nanos;
        failures = 0;
    }

    synchronized void initFailed() {
        failures++;
    }

    /// Whether Init has failed so often in a row that the version must not go on at full speed.
    synchronized boolean initFails() {
        return failures >= FAILS;
    }

    /// When the next Init may begin, on the engine's clock, if it is not now; where Init fails, the gaps between two
    /// grow to [#LONGEST_GAP_NANOS]. When it may begin now, that is taken.
    ///
    /// @return `now`, or a later moment at which to ask again
    synchronized long nextInit(long now) {
        if (failures < FAILS) {
            return now;
        }
        if (now >= nextInitAt) {
            int doublings = Math.min(failures - FAILS, Long.SIZE / 4);
            nextInitAt = now + Math.min(LONGEST_GAP_NANOS, SHORTEST_GAP_NANOS << doublings);
            return now;
        }
        return nextInitAt;
    }
}
