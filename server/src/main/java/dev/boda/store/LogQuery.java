package dev.boda.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which events of a group to read: those at or after `from` and before `to`.
///
/// @param stream  this one alone; null for those that `streams` accepts
/// @param streams by the stream's name
/// @param forward from the earliest on; otherwise from the latest back
public record LogQuery(
        LogGroup group,
        @Nullable LogStream stream,
        Predicate<String> streams,
        LogPosition from,
        LogPosition to,
        boolean forward) {

    /// The same, but no event before `earliest`.
    public LogQuery from(LogPosition earliest) {
        return earliest.compareTo(from) <= 0 ? this : new LogQuery(group, stream, streams, earliest, to, forward);
    }
}
