package dev.boda.store;

/// A log stream of one group.
///
/// @param id                 of this archive only; never shown
/// @param createdMillis      when its first event arrived
/// @param firstEventMillis   the time of its earliest event
/// @param lastEventMillis    the time of its latest event
/// @param lastIngestedMillis when its latest event arrived
public record LogStream(
        long id,
        String name,
        long createdMillis,
        long firstEventMillis,
        long lastEventMillis,
        long lastIngestedMillis) {}
