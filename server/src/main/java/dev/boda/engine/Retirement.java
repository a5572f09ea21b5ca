package dev.boda.engine;

import java.time.Duration;

/// How long idle environments are kept, and which of them ends first where memory is short.
///
/// One is kept until keeping it has cost as much as starting it again would: the longer Init took, the longer; the more
/// memory it holds, the shorter. Where memory is short the one ends that is missed least for each byte: it counts how
/// often its version is called, which fades while it is not, and how long Init took, by its root, for a start that
/// takes ten times as long is not ten times as bad as ten starts. docs/decisions/0016 compares the rules.
///
/// @param shortest  how long one is kept at least
/// @param longest   and at most, unless it grows too old before
/// @param standard  how long one is kept whose Init took [#INIT_NANOS] and that holds [#BYTES]
/// @param fading    how long it takes until an invocation counts only 1/e of what it did
public record Retirement(Duration shortest, Duration longest, Duration standard, Duration fading) {

    private static final double INIT_NANOS = 250e6;
    private static final long LEAST_INIT_NANOS = 1_000_000;
    private static final double BYTES = 64 * 1_048_576.0;

    /// What a server starts with.
    public static final Retirement DEFAULT =
            new Retirement(Duration.ofMinutes(5), Duration.ofHours(2), Duration.ofMinutes(30), Duration.ofMinutes(20));

    /// For how many nanoseconds an idle environment is kept.
    ///
    /// @param bytes what it counts with
    public long keepNanos(long initNanos, long bytes) {
        double kept = (double) standard.toNanos() * ((double) initNanos / INIT_NANOS) * (BYTES / (double) bytes);
        return Math.clamp((long) kept, shortest.toNanos(), longest.toNanos());
    }

    /// How much an idle environment is missed for each byte, to be compared with others at the same moment.
    ///
    /// @param calls        [#faded(double, long)], at the version's last invocation
    /// @param idleNanos    how long this one has been idle: longer, where others of the version are used before it
    /// @param environments how many there are of its version, of which this one is used last
    public double worth(double calls, long idleNanos, long initNanos, long bytes, int environments) {
        return faded(calls, idleNanos)
                * Math.sqrt((double) Math.max(initNanos, LEAST_INIT_NANOS))
                / (double) bytes
                / environments;
    }

    /// What so many calls count so much later.
    public double faded(double calls, long nanos) {
        return calls * Math.exp(-(double) nanos / (double) fading.toNanos());
    }
}
