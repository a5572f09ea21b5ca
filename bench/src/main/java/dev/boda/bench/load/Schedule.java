package dev.boda.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// When calls are to begin: nanoseconds after the load's start.
public final class Schedule {

    private final long[] starts;

    private Schedule(long[] starts) {
        this.starts = starts;
    }

    /// Callers who know nothing of each other: a Poisson process.
    public static Schedule poisson(double callsPerSecond, Duration time, RandomGenerator random) {
        var starts = new long[Math.max(1, (int) (callsPerSecond * time.toNanos() / 1e9))];
        double at = 0;
        for (int i = 0; i < starts.length; i++) {
            at += random.nextExponential() * 1e9 / callsPerSecond;
            starts[i] = (long) at;
        }
        return new Schedule(starts);
    }

    /// Exactly these.
    public static Schedule of(long... starts) {
        return new Schedule(Arrays.copyOf(starts, starts.length));
    }

    int size() {
        return starts.length;
    }

    long nanos(int index) {
        return starts[index];
    }

    long lengthNanos() {
        return starts[starts.length - 1];
    }
}
