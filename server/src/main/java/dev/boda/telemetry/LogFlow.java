package dev.boda.telemetry;

import java.util.Optional;

/// How the log events of this server get to disk, counted since its start.
///
/// @param written          events that are on disk
/// @param dropped          events that were lost because the disk did not follow; their logs say so
/// @param queuedEvents     that wait to be written now
/// @param queuedBytes      what they occupy in memory
/// @param lagMillis        how long the oldest of them has waited
/// @param longestLagMillis the longest that any has waited, from its arrival until it was on disk
/// @param storedBytes      what all logs occupy on disk
/// @param failing          whether the last write failed; it is tried again every second
public record LogFlow(
        long written,
        long dropped,
        long queuedEvents,
        long queuedBytes,
        long lagMillis,
        long longestLagMillis,
        long storedBytes,
        boolean failing) {

    /// A sentence, while nothing is written.
    public Optional<String> problem() {
        return failing
                ? Optional.of("Log lines of functions cannot be written to disk; they are kept in memory as far as they"
                        + " fit.")
                : Optional.empty();
    }
}
