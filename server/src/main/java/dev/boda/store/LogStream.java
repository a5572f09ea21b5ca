package dev.boda.store;

/// A log stream of one group.
///
/// @param id                 of this archive only; never shown
/// @param createdMillis      when it was made, or its first event arrived
/// @param firstEventMillis   the time of its earliest event
/// @param lastEventMillis    the time of its latest event
/// @param lastIngestedMillis when its latest event arrived; 0 while it never had one
public record LogStream(
        long id,
        String name,
        long createdMillis,
        long firstEventMillis,
        long lastEventMillis,
        long lastIngestedMillis) {

    /// Whether there was ever an event in it.
    public boolean hadEvents() {
        return lastIngestedMillis > 0;
    }
}
