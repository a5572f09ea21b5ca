package dev.boda.telemetry;

/// What logs may grow to.
///
/// @param storedBytes            what all logs may occupy on disk; beyond it the oldest events go
/// @param functionBytesPerSecond what each function may write, measured over ten seconds; 0 for no limit
public record LogLimits(long storedBytes, long functionBytesPerSecond) {

    /// 10 GB in all; no limit of a function's own.
    public static final LogLimits DEFAULT = new LogLimits(10L << 30, 0);

    /// Less would be gone before it is read.
    public static final long LEAST_STORED_BYTES = 1L << 20;

    public LogLimits {
        if (storedBytes < LEAST_STORED_BYTES || functionBytesPerSecond < 0) {
            throw new IllegalArgumentException("Limits of logs out of range");
        }
    }
}
