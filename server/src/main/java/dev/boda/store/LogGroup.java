package dev.boda.store;

/// A log group of one account and region.
///
/// @param id            of this archive only; never shown
/// @param createdMillis when it was made, or its first event arrived
/// @param storedBytes   of its events' messages, as AWS counts them
/// @param retentionDays how long events are kept; 0 for ever
public record LogGroup(long id, String name, long createdMillis, long storedBytes, int retentionDays) {}
