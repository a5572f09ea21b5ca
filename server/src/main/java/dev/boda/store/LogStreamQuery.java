package dev.boda.store;

import org.jspecify.annotations.Nullable;

/// Which streams of a group to list.
///
/// @param prefix the name begins so; empty for all
/// @param byTime ordered by the time of the latest event, then by name; otherwise by name
/// @param after  go on behind this stream: its name, and the time of its latest event as it was listed
/// @param limit  most streams
public record LogStreamQuery(
        LogGroup group,
        String prefix,
        boolean byTime,
        boolean descending,
        @Nullable After after,
        int limit) {

    /// The last stream of a page.
    public record After(long lastEventMillis, String name) {}
}
