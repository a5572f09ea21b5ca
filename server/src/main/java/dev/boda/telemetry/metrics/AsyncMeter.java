package dev.boda.telemetry.metrics;

import dev.boda.meter.Histogram;
import java.util.concurrent.atomic.LongAdder;

/// What happened to one function's events since the server's start, counted as CloudWatch counts.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics>
public final class AsyncMeter {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongAdder received = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failedDeliveries = new LongAdder();
    private final Histogram ages =
            Histogram.ofSeconds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 60, 180, 600, 3_600, 21_600);

    /// What was counted until now.
    ///
    /// @param received         events that were accepted
    /// @param dropped          those that were given up, whether or not somebody was told
    /// @param failedDeliveries destinations that could not be told
    /// @param ages             of events when they were run, each time
    public record Reading(long received, long dropped, long failedDeliveries, Histogram.Reading ages) {}

    public void received() {
        received.increment();
    }

    public void dropped() {
        dropped.increment();
    }

    public void deliveryFailed() {
        failedDeliveries.increment();
    }

    /// An event is run so many milliseconds after it was accepted.
    public void age(long millis) {
        ages.add(millis * NANOS_PER_MILLI);
    }

    Reading read() {
        return new Reading(received.sum(), dropped.sum(), failedDeliveries.sum(), ages.read());
    }
}
