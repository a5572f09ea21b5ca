package dev.boda.telemetry;

import dev.boda.store.LogEntry;
import dev.boda.store.LogEvent;
import dev.boda.store.LogPosition;
import dev.boda.store.LogReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A page of log events, in the direction in which they were read.
///
/// @param reached the last event looked at, wanted or not; null if there was none
/// @param more    whether there may be events behind it
public record LogPage(List<LogEntry> entries, @Nullable LogPosition reached, boolean more) {

    /// AWS's most for a page.
    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>
    static final int LIMIT_BYTES = 1_048_576;

    /// What AWS counts for an event beside its message.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
    static final int EVENT_BYTES = 26;

    /// A page ends, perhaps empty, when so much has been looked through for it.
    static final long LOOKED_THROUGH_BYTES = 64L << 20;

    /// The next page of `reader`.
    static LogPage of(LogReader reader, Predicate<LogEvent> wanted, int limit) throws IOException {
        var entries = new ArrayList<LogEntry>();
        LogPosition reached = null;
        long bytes = 0;
        long lookedThrough = 0; // of events, not of blocks: those of one moment may be larger together
        while (entries.size() < limit && lookedThrough < LOOKED_THROUGH_BYTES) {
            LogEntry entry = reader.next();
            if (entry == null) {
                return new LogPage(entries, reached, false);
            }
            lookedThrough += EVENT_BYTES + entry.event().message().length();
            if (wanted.test(entry.event())) {
                bytes += EVENT_BYTES + entry.event().message().getBytes(StandardCharsets.UTF_8).length;
                if (bytes > LIMIT_BYTES && !entries.isEmpty()) {
                    return new LogPage(entries, reached, true);
                }
                entries.add(entry);
            }
            reached = entry.position();
        }
        return new LogPage(entries, reached, reader.next() != null);
    }
}
