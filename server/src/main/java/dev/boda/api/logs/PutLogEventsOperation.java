package dev.boda.api.logs;

import dev.boda.aws.ApiCall;
import dev.boda.aws.ServiceException;
import dev.boda.store.LogBatch;
import dev.boda.store.LogGroup;
import dev.boda.store.LogPosition;
import dev.boda.store.LogStreamName;
import dev.boda.telemetry.LogStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.RejectedLogEventsInfo;

/// PutLogEvents, with AWS's rules for a batch.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
final class PutLogEventsOperation {

    private static final long LIMIT_BYTES = 1_048_576;
    private static final Duration TOO_OLD = Duration.ofDays(14);
    private static final Duration TOO_NEW = Duration.ofHours(2);
    private static final long LONGEST_MILLIS = Duration.ofHours(24).toMillis();

    private final LogStore logs;
    private final LogGroupFinder groups;
    private final InstantSource clock;

    PutLogEventsOperation(LogStore logs, LogGroupFinder groups, InstantSource clock) {
        this.logs = logs;
        this.groups = groups;
        this.clock = clock;
    }

    PutLogEventsResponse put(PutLogEventsRequest request, ApiCall call) {
        List<InputLogEvent> events = request.logEvents();
        checkSizes(events);
        checkOrder(events);
        LogGroup group = groups.resolve(request.logGroupName(), call.caller());
        if (logs.findStream(group, request.logStreamName()).isEmpty()) {
            throw LogsErrors.noSuchStream();
        }
        long now = clock.millis();
        Accepted accepted = Accepted.of(events, now, group.retentionDays());
        List<InputLogEvent> valid = events.subList(accepted.from(), accepted.to());
        if (!valid.isEmpty()) {
            checkSpan(valid);
            var stream = new LogStreamName(
                    call.caller().account(), call.caller().region(), group.name(), request.logStreamName());
            if (!logs.putIfThere(stream, batches(stream, valid, now))) {
                throw gone(request, call);
            }
        }
        return PutLogEventsResponse.builder()
                .nextSequenceToken(EventCursor.eventId(LogPosition.before(now)))
                .rejectedLogEventsInfo(accepted.rejected(events.size()))
                .build();
    }

    /// The stream was removed since it was found, or its group was.
    private ServiceException gone(PutLogEventsRequest request, ApiCall call) {
        var _ = groups.resolve(request.logGroupName(), call.caller());
        return LogsErrors.noSuchStream();
    }

    private static void checkSizes(List<InputLogEvent> events) {
        long bytes = 0;
        for (InputLogEvent event : events) {
            long counted = event.message().getBytes(StandardCharsets.UTF_8).length + (long) LogBatch.COUNTED_BYTES;
            if (counted > LIMIT_BYTES) {
                throw LogsErrors.eventTooLarge(counted, LIMIT_BYTES);
            }
            bytes += counted;
        }
        if (bytes > LIMIT_BYTES) {
            throw LogsErrors.uploadTooLarge(bytes, LIMIT_BYTES);
        }
    }

    private static void checkOrder(List<InputLogEvent> events) {
        for (int i = 1; i < events.size(); i++) {
            if (events.get(i).timestamp() < events.get(i - 1).timestamp()) {
                throw LogsErrors.notChronological();
            }
        }
    }

    private static void checkSpan(List<InputLogEvent> events) {
        if (events.getLast().timestamp() - events.getFirst().timestamp() > LONGEST_MILLIS) {
            throw LogsErrors.longerThanADay();
        }
    }

    private static List<LogBatch> batches(LogStreamName stream, List<InputLogEvent> events, long now) {
        var batches = new ArrayList<LogBatch>();
        var batch = new LogBatch(stream);
        for (InputLogEvent event : events) {
            byte[] message = event.message().getBytes(StandardCharsets.UTF_8);
            if (!batch.add(event.timestamp(), now, message)) {
                batches.add(batch);
                batch = new LogBatch(stream);
                batch.add(event.timestamp(), now, message);
            }
        }
        batches.add(batch);
        return batches;
    }

    /// Which events of a batch, which is in the order of time, are taken.
    ///
    /// @param tooOld  as many from the beginning are older than 14 days
    /// @param expired as many from the beginning are older than the group's retention
    /// @param to      the first that is too far in the future, or the end
    private record Accepted(int tooOld, int expired, int to) {

        private static Accepted of(List<InputLogEvent> events, long now, int retentionDays) {
            long kept = now - Duration.ofDays(retentionDays).toMillis();
            return new Accepted(
                    before(events, now - TOO_OLD.toMillis()),
                    retentionDays == 0 ? 0 : before(events, kept),
                    before(events, now + TOO_NEW.toMillis() + 1));
        }

        private static int before(List<InputLogEvent> events, long millis) {
            int count = 0;
            while (count < events.size() && events.get(count).timestamp() < millis) {
                count++;
            }
            return count;
        }

        private int from() {
            return Math.min(to, Math.max(tooOld, expired));
        }

        private @Nullable RejectedLogEventsInfo rejected(int events) {
            if (from() == 0 && to == events) {
                return null;
            }
            return RejectedLogEventsInfo.builder()
                    .tooOldLogEventEndIndex(tooOld == 0 ? null : tooOld)
                    .expiredLogEventEndIndex(expired <= tooOld ? null : expired)
                    .tooNewLogEventStartIndex(to == events ? null : to)
                    .build();
        }
    }
}
