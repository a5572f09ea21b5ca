package dev.boda.meter;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// How often something took how long. Adding costs a few nanoseconds, on many threads at once too; a reading made
/// meanwhile may miss what is being added.
public final class Histogram {

    private static final double NANOS_PER_SECOND = 1_000_000_000.0;

    private final List<Double> boundSeconds;
    private final long[] boundNanos;
    private final LongAdder[] counts;
    private final LongAdder sumNanos = new LongAdder();

    /// What was added until now.
    ///
    /// @param boundSeconds the upper bounds of the buckets but the last, which has none
    /// @param counts       how many are in each bucket and in none before it; one more than there are bounds
    public record Reading(List<Double> boundSeconds, List<Long> counts, double sumSeconds) {

        /// How many there are in all.
        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }

    private Histogram(double[] boundSeconds) {
        this.boundSeconds = Arrays.stream(boundSeconds).boxed().toList();
        boundNanos = Arrays.stream(boundSeconds)
                .mapToLong(seconds -> Math.round(seconds * NANOS_PER_SECOND))
                .toArray();
        counts = new LongAdder[boundSeconds.length + 1];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    /// With buckets up to and including these, in rising order, and one for what is longer.
    public static Histogram ofSeconds(double... bounds) {
        return new Histogram(bounds);
    }

    public void add(long nanos) {
        int bucket = 0;
        while (bucket < boundNanos.length && nanos > boundNanos[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sumNanos.add(nanos);
    }

    public Reading read() {
        var read = Arrays.stream(counts).map(LongAdder::sum).toList();
        return new Reading(boundSeconds, read, sumNanos.sum() / NANOS_PER_SECOND);
    }
}
