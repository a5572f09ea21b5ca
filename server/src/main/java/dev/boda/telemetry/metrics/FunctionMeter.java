package dev.boda.telemetry.metrics;

import dev.boda.meter.Histogram;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/// What happened to one function since the server's start, counted as CloudWatch counts.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>
public final class FunctionMeter {

    private final LongAdder invocations = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder throttles = new LongAdder();
    private final LongAdder coldStarts = new LongAdder();
    private final LongAdder initFailures = new LongAdder();
    private final AsyncMeter async = new AsyncMeter();
    private final Histogram durations = Histogram.ofSeconds(
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900);
    private final Histogram inits = Histogram.ofSeconds(0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1, 2.5, 5, 10);

    /// What was counted until now.
    ///
    /// @param invocations  code was run, whatever came of it; refused and throttled requests are none
    /// @param errors       invocations that ended in a function error: of the code, of the runtime, a timeout
    /// @param throttles    requests that found no concurrency
    /// @param coldStarts   Init phases begun, those repeated within an invocation included
    /// @param initFailures Init phases that ended badly
    /// @param durations    of the invocations, Init not included: the Duration of their REPORT lines
    /// @param async        of events
    /// @param inits        of the Init phases that ended well: the Init Duration of REPORT lines
    public record Reading(
            long invocations,
            long errors,
            long throttles,
            long coldStarts,
            long initFailures,
            Histogram.Reading durations,
            Histogram.Reading inits,
            AsyncMeter.Reading async) {}

    /// The function ran for as long as its REPORT line says.
    ///
    /// @param failed whether it ended in a function error
    public void invoked(Duration duration, boolean failed) {
        durations.add(duration.toNanos());
        count(failed);
    }

    /// An invocation was given up: environment after environment went away before its runtime had it.
    public void lost() {
        count(true);
    }

    private void count(boolean failed) {
        invocations.increment();
        if (failed) {
            errors.increment();
        }
    }

    public void throttled() {
        throttles.increment();
    }

    public void initBegan() {
        coldStarts.increment();
    }

    public void initEnded(Duration duration) {
        inits.add(duration.toNanos());
    }

    public void initFailed() {
        initFailures.increment();
    }

    /// What happened to its events.
    public AsyncMeter async() {
        return async;
    }

    public Reading read() {
        return new Reading(
                invocations.sum(),
                errors.sum(),
                throttles.sum(),
                coldStarts.sum(),
                initFailures.sum(),
                durations.read(),
                inits.read(),
                async.read());
    }
}
