package dev.boda.store;

/// One line or message of a log stream.
///
/// @param timestampMillis when it was written, as its writer says
/// @param ingestedMillis  when it arrived
public record LogEvent(long timestampMillis, long ingestedMillis, String message) {}
