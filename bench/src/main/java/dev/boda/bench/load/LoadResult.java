package dev.boda.bench.load;

import org.HdrHistogram.Histogram;

/// What a load met.
///
/// @param calls    how many were answered
/// @param latency  of each call, nanoseconds, from its intended start
/// @param lateness of the generator itself: from the intended start to the sending, of calls that a free caller could
///                 have sent in time. Empty in a closed loop
/// @param errors   answers that were not what a working function answers, broken connections, and calls never sent
/// @param nanos    from the first call to the last answer
/// @param signing  what signatures cost the generator: nanoseconds of all calls
public record LoadResult(long calls, Histogram latency, Histogram lateness, long errors, long nanos, long signing) {

    private static final long LONGEST_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;

    /// A histogram of durations up to ten minutes, exact to three digits.
    public static Histogram histogram() {
        return new Histogram(LONGEST_NANOS, DIGITS);
    }

    /// Adds a duration; a longer one counts as ten minutes.
    public static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    public double callsPerSecond() {
        return calls * 1e9 / nanos;
    }
}
