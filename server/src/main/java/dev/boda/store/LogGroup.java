package dev.boda.store;

/// A log group of one account and region.
///
/// @param id            of this archive only; never shown
/// @param createdMillis when its first event arrived
/// @param storedBytes   of its events' messages
public record LogGroup(long id, String name, long createdMillis, long storedBytes) {}
