package dev.boda.api.logs;

import dev.boda.aws.ApiCall;
import dev.boda.aws.PageToken;
import dev.boda.store.LogEntry;
import dev.boda.store.LogGroup;
import dev.boda.store.LogPosition;
import dev.boda.store.LogQuery;
import dev.boda.store.LogStream;
import dev.boda.telemetry.LogPage;
import dev.boda.telemetry.LogStore;
import dev.boda.telemetry.filter.FilterPattern;
import dev.boda.telemetry.filter.InvalidPatternException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;

/// Log events.
final class LogEventOperations {

    private static final String FILTER = "FilterLogEvents";
    private static final int DEFAULT_LIMIT = 10_000;
    private static final LogPosition END = LogPosition.before(Long.MAX_VALUE);

    private final LogStore logs;
    private final LogGroupFinder groups;

    LogEventOperations(LogStore logs, LogGroupFinder groups) {
        this.logs = logs;
        this.groups = groups;
    }

    FilterLogEventsResponse filter(FilterLogEventsRequest request, ApiCall call) {
        if (request.hasLogStreamNames() && request.logStreamNamePrefix() != null) {
            throw LogsErrors.mutuallyExclusive("LogStream names", "LogStream name prefix");
        }
        FilterPattern pattern = pattern(Objects.requireNonNullElse(request.filterPattern(), ""));
        LogGroup group = groups.resolve(request.logGroupName(), request.logGroupIdentifier(), call.caller());
        LogPosition from = start(request.startTime());
        String token = request.nextToken();
        if (token != null) {
            from = PageToken.decode(FILTER, token)
                    .flatMap(position -> EventCursor.parse(position))
                    .orElseThrow(LogsErrors::invalidToken)
                    .position()
                    .next();
        }
        Long endTime = request.endTime();
        LogPosition to = endTime == null || endTime == Long.MAX_VALUE ? END : LogPosition.before(endTime + 1);
        LogPage page = logs.page(
                query(request, group, from, to), event -> pattern.matches(event.message()), limit(request.limit()));
        LogPosition reached = page.reached();
        return FilterLogEventsResponse.builder()
                .events(page.entries().stream()
                        .map(LogEventOperations::filtered)
                        .toList())
                .searchedLogStreams(List.of())
                .nextToken(
                        page.more() && reached != null
                                ? PageToken.encode(FILTER, new EventCursor(true, reached).token())
                                : null)
                .build();
    }

    private static FilterPattern pattern(String text) {
        try {
            return FilterPattern.parse(text);
        } catch (InvalidPatternException e) {
            throw LogsErrors.filterPattern(e);
        }
    }

    private LogQuery query(FilterLogEventsRequest request, LogGroup group, LogPosition from, LogPosition to) {
        List<LogStream> streams = request.logStreamNames().stream()
                .distinct()
                .map(name -> stream(group, name))
                .toList();
        LogStream single = streams.size() == 1 ? streams.getFirst() : null;
        return new LogQuery(group, single, wanted(request), from, to, true);
    }

    private static Predicate<String> wanted(FilterLogEventsRequest request) {
        if (request.hasLogStreamNames()) {
            return Set.copyOf(request.logStreamNames())::contains;
        }
        String prefix = Objects.requireNonNullElse(request.logStreamNamePrefix(), "");
        return name -> name.startsWith(prefix);
    }

    GetLogEventsResponse get(GetLogEventsRequest request, ApiCall call) {
        LogGroup group = groups.resolve(request.logGroupName(), request.logGroupIdentifier(), call.caller());
        LogStream stream = stream(group, request.logStreamName());
        LogPosition start = start(request.startTime());
        LogPosition end = request.endTime() == null ? END : LogPosition.before(request.endTime());
        String token = request.nextToken();
        EventCursor cursor = token == null
                ? new EventCursor(
                        Boolean.TRUE.equals(request.startFromHead()),
                        Boolean.TRUE.equals(request.startFromHead()) ? start : end)
                : EventCursor.parse(token).orElseThrow(LogsErrors::invalidToken);
        var query = new LogQuery(
                group,
                stream,
                _ -> true,
                cursor.forward()
                        ? later(start, token == null ? start : cursor.position().next())
                        : start,
                cursor.forward() ? end : earlier(end, cursor.position()),
                cursor.forward());
        LogPage page = logs.page(query, _ -> true, limit(request.limit()));
        List<LogEntry> entries =
                cursor.forward() ? page.entries() : page.entries().reversed();
        // Where a page is empty, both directions go on from where it was looked for.
        LogPosition gap = token == null ? start : cursor.position();
        LogPosition first = entries.isEmpty()
                ? (cursor.forward() ? gap.next() : gap)
                : entries.getFirst().position();
        LogPosition last = entries.isEmpty()
                ? (cursor.forward() ? gap : gap.previous())
                : entries.getLast().position();
        return GetLogEventsResponse.builder()
                .events(entries.stream().map(LogEventOperations::output).toList())
                .nextForwardToken(new EventCursor(true, last).token())
                .nextBackwardToken(new EventCursor(false, first).token())
                .build();
    }

    private LogStream stream(LogGroup group, String name) {
        return logs.findStream(group, name).orElseThrow(LogsErrors::noSuchStream);
    }

    private static LogPosition start(@Nullable Long millis) {
        return LogPosition.before(millis == null ? 0 : millis);
    }

    private static int limit(@Nullable Integer limit) {
        return limit == null ? DEFAULT_LIMIT : limit;
    }

    private static LogPosition later(LogPosition one, LogPosition other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static LogPosition earlier(LogPosition one, LogPosition other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static FilteredLogEvent filtered(LogEntry entry) {
        return FilteredLogEvent.builder()
                .logStreamName(entry.stream())
                .timestamp(entry.event().timestampMillis())
                .message(entry.event().message())
                .ingestionTime(entry.event().ingestedMillis())
                .eventId(EventCursor.eventId(entry.position()))
                .build();
    }

    private static OutputLogEvent output(LogEntry entry) {
        return OutputLogEvent.builder()
                .timestamp(entry.event().timestampMillis())
                .message(entry.event().message())
                .ingestionTime(entry.event().ingestedMillis())
                .build();
    }
}
