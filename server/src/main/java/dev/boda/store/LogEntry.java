package dev.boda.store;

/// An event as it was found.
///
/// @param stream its log stream's name
public record LogEntry(String stream, LogPosition position, LogEvent event) {}
