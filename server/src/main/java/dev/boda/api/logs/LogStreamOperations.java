package dev.boda.api.logs;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.PageToken;
import dev.boda.store.LogGroup;
import dev.boda.store.LogStream;
import dev.boda.store.LogStreamQuery;
import dev.boda.store.LogStreamQuery.After;
import dev.boda.telemetry.LogStore;
import java.time.InstantSource;
import java.util.Objects;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OrderBy;

/// Log streams.
final class LogStreamOperations {

    private static final String DESCRIBE = "DescribeLogStreams";
    private static final int DEFAULT_LIMIT = 50;

    private final LogStore logs;
    private final LogGroupFinder groups;
    private final InstantSource clock;

    LogStreamOperations(LogStore logs, LogGroupFinder groups, InstantSource clock) {
        this.logs = logs;
        this.groups = groups;
        this.clock = clock;
    }

    CreateLogStreamResponse create(CreateLogStreamRequest request, ApiCall call) {
        LogGroup group = groups.resolve(request.logGroupName(), call.caller());
        if (!logs.<Boolean>change(catalog -> catalog.createStream(group, request.logStreamName(), clock.millis()))) {
            throw LogsErrors.streamExists();
        }
        return CreateLogStreamResponse.builder().build();
    }

    DeleteLogStreamResponse delete(DeleteLogStreamRequest request, ApiCall call) {
        LogGroup group = groups.resolve(request.logGroupName(), call.caller());
        LogStream stream = logs.findStream(group, request.logStreamName()).orElseThrow(LogsErrors::noSuchStream);
        if (!logs.<Boolean>change(catalog -> catalog.deleteStream(stream))) {
            throw LogsErrors.noSuchStream();
        }
        return DeleteLogStreamResponse.builder().build();
    }

    DescribeLogStreamsResponse describe(DescribeLogStreamsRequest request, ApiCall call) {
        boolean byTime = request.orderBy() == OrderBy.LAST_EVENT_TIME;
        if (byTime && request.logStreamNamePrefix() != null) {
            throw LogsErrors.orderedByTimeWithPrefix();
        }
        LogGroup group = groups.resolve(request.logGroupName(), request.logGroupIdentifier(), call.caller());
        boolean descending = Boolean.TRUE.equals(request.descending());
        String listing = DESCRIBE + (byTime ? " by time" : "") + (descending ? " descending" : "");
        String token = request.nextToken();
        After after = token == null
                ? null
                : PageToken.decode(listing, token)
                        .map(LogStreamOperations::after)
                        .orElseThrow(LogsErrors::invalidToken);
        int limit = Objects.requireNonNullElse(request.limit(), DEFAULT_LIMIT);
        String prefix = Objects.requireNonNullElse(request.logStreamNamePrefix(), "");
        var streams = logs.streams(new LogStreamQuery(group, prefix, byTime, descending, after, limit + 1));
        Page<LogStream> page = Page.of(streams, limit, listing, LogStreamOperations::position);
        String arn = LogGroupFinder.arn(group.name(), call.caller());
        return DescribeLogStreamsResponse.builder()
                .logStreams(
                        page.items().stream().map(stream -> shape(stream, arn)).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static String position(LogStream stream) {
        return stream.lastEventMillis() + " " + stream.name();
    }

    private static After after(String position) {
        int space = position.indexOf(' ');
        return new After(Long.parseLong(position.substring(0, space)), position.substring(space + 1));
    }

    /// AWS reports 0 bytes for every stream since 2019, and deprecated the member.
    @SuppressWarnings("deprecation")
    private static software.amazon.awssdk.services.cloudwatchlogs.model.LogStream shape(LogStream stream, String arn) {
        return software.amazon.awssdk.services.cloudwatchlogs.model.LogStream.builder()
                .logStreamName(stream.name())
                .creationTime(stream.createdMillis())
                .firstEventTimestamp(stream.hadEvents() ? stream.firstEventMillis() : null)
                .lastEventTimestamp(stream.hadEvents() ? stream.lastEventMillis() : null)
                .lastIngestionTime(stream.hadEvents() ? stream.lastIngestedMillis() : null)
                .arn(arn + ":log-stream:" + stream.name())
                .storedBytes(0L)
                .build();
    }
}
