package dev.boda.telemetry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an invocation took, for its REPORT line.
///
/// @param duration        of the Invoke phase; after a timeout the function's timeout itself
/// @param initDuration    of the Init phase that this invocation caused; absent for a warm one, and for one whose Init
///                        had to be repeated (AWS then counts it in `duration`)
/// @param peakMemoryBytes most memory used at once since the environment's start
public record InvocationReport(
        String requestId, Duration duration, @Nullable Duration initDuration, long peakMemoryBytes, Outcome outcome) {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long BYTES_PER_MEGABYTE = 1_048_576;

    /// Duration and Init Duration, rounded up to whole milliseconds: since August 2025 AWS bills Init of every
    /// function. <https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/>
    public long billedMillis() {
        long nanos = duration.toNanos() + (initDuration == null ? 0 : initDuration.toNanos());
        return Math.ceilDiv(nanos, NANOS_PER_MILLI);
    }

    /// Rounded up.
    long peakMemoryMegabytes() {
        return Math.ceilDiv(peakMemoryBytes, BYTES_PER_MEGABYTE);
    }

    /// How a phase ended, as the REPORT and INIT_REPORT lines know it.
    public sealed interface Outcome {

        /// The runtime answered, be it with an error of the function's code.
        record Success() implements Outcome {}

        /// The platform ended it.
        sealed interface Failure extends Outcome {}

        /// It ran into its limit of time.
        record Timeout() implements Failure {}

        /// The runtime broke: `Runtime.ExitError`, `Runtime.ImportModuleError`, …
        record Error(String errorType) implements Failure {}
    }
}
