package dev.boda.api.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Making, changing and removing groups and streams, and PutLogEvents, over the wire.
class LogChangesTest extends LogsOverTheWire {

    private static final String GROUP = "/app/web";
    private static final String ARN = "arn:aws:logs:us-east-1:111111111111:log-group:" + GROUP;
    private static final long NOW = System.currentTimeMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Test
    void groupsAndStreamsAreMadeOnceAndDeleted() throws Exception {
        done("CreateLogGroup", "logGroupName", GROUP);
        assertThat(refused("CreateLogGroup", "logGroupName", GROUP))
                .isEqualTo("ResourceAlreadyExistsException: The specified log group already exists");
        done("CreateLogStream", "logGroupName", GROUP, "logStreamName", "a");
        assertThat(refused("CreateLogStream", "logGroupName", GROUP, "logStreamName", "a"))
                .isEqualTo("ResourceAlreadyExistsException: The specified log stream already exists");
        assertThat(refused("CreateLogStream", "logGroupName", "none", "logStreamName", "a"))
                .isEqualTo(MISSING_GROUP);

        JsonNode stream = done("DescribeLogStreams", "logGroupName", GROUP)
                .path("logStreams")
                .path(0);
        assertThat(stream.propertyNames())
                .containsExactlyInAnyOrder("arn", "creationTime", "logStreamName", "storedBytes");
        assertThat(done("GetLogEvents", "logGroupName", GROUP, "logStreamName", "a")
                        .path("events"))
                .isEmpty();

        done("DeleteLogStream", "logGroupName", GROUP, "logStreamName", "a");
        assertThat(refused("DeleteLogStream", "logGroupName", GROUP, "logStreamName", "a"))
                .isEqualTo(MISSING_STREAM);
        done("DeleteLogGroup", "logGroupName", GROUP);
        assertThat(refused("DeleteLogGroup", "logGroupName", GROUP)).isEqualTo(MISSING_GROUP);
        assertThat(done("DescribeLogGroups").path("logGroups")).isEmpty();
    }

    @Test
    void whatAGroupCannotHaveIsRefused() throws Exception {
        assertThat(refused("CreateLogGroup", "logGroupName", "a b"))
                .isEqualTo(
                        "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' failed"
                                + " to satisfy constraint: Member must satisfy regular expression pattern:"
                                + " [\\.\\-_/#A-Za-z0-9]+");
        assertThat(refused("CreateLogGroup", "logGroupName", "aws/mine"))
                .isEqualTo("InvalidParameterException: Log groups starting with AWS/ are reserved for AWS.");
        assertThat(refused("CreateLogGroup", "logGroupName", GROUP, "kmsKeyId", "arn:aws:kms:us-east-1:1:key/k"))
                .isEqualTo("NotImplemented: Boda does not implement kmsKeyId of logs:CreateLogGroup;"
                        + " see docs/parity.md");
        assertThat(refused("CreateLogGroup", "logGroupName", GROUP, "logGroupClass", "INFREQUENT_ACCESS"))
                .startsWith("NotImplemented: Boda does not implement logGroupClass INFREQUENT_ACCESS");
        assertThat(refused("CreateLogGroup", "logGroupName", GROUP, "deletionProtectionEnabled", true))
                .startsWith("NotImplemented: Boda does not implement deletionProtectionEnabled");
        done("CreateLogGroup", "logGroupName", GROUP, "logGroupClass", "STANDARD");
    }

    @Test
    void aGroupThatIsWrittenToComesBackEmptyAfterItsDeletion() throws Exception {
        logs.append(GROUP, "a", 1, "old");
        done("DeleteLogGroup", "logGroupName", GROUP);
        logs.append(GROUP, "a", 2, "new");

        JsonNode events = done("FilterLogEvents", "logGroupName", GROUP).path("events");
        assertThat(events).hasSize(1);
        assertThat(events.path(0).path("message").asString()).isEqualTo("new");
    }

    @Test
    void expiredEventsAreNotReturnedFromTheMomentOfTheRetentionOn() throws Exception {
        logs.append(GROUP, "a", NOW - 4 * DAY, "old");
        logs.append(GROUP, "a", NOW - DAY, "young");

        done("PutRetentionPolicy", "logGroupName", GROUP, "retentionInDays", 3);
        JsonNode group = done("DescribeLogGroups").path("logGroups").path(0);
        assertThat(group.path("retentionInDays").asInt()).isEqualTo(3);
        assertThat(done("GetLogEvents", "logGroupName", GROUP, "logStreamName", "a")
                        .path("events"))
                .hasSize(1);
        assertThat(done("FilterLogEvents", "logGroupName", GROUP).path("events"))
                .hasSize(1);
        done("DeleteRetentionPolicy", "logGroupName", GROUP);
        assertThat(done("DescribeLogGroups").path("logGroups").path(0).has("retentionInDays"))
                .isFalse();
        assertThat(refused("PutRetentionPolicy", "logGroupName", GROUP, "retentionInDays", 2))
                .isEqualTo("InvalidParameterException: Invalid retention value. Valid values are: [1, 3, 5, 7, 14, 30,"
                        + " 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]");
        assertThat(refused("DeleteRetentionPolicy", "logGroupName", "none")).isEqualTo(MISSING_GROUP);
    }

    @Test
    void groupsHaveTags() throws Exception {
        done("CreateLogGroup", "logGroupName", GROUP, "tags", Map.of("env", "testing"));
        done("TagResource", "resourceArn", ARN, "tags", Map.of("env", "changed", "team", "web"));
        done("TagLogGroup", "logGroupName", GROUP, "tags", Map.of("more", ""));
        assertThat(tags()).isEqualTo(Map.of("env", "changed", "team", "web", "more", ""));
        done("UntagResource", "resourceArn", ARN, "tagKeys", List.of("env", "none"));
        done("UntagLogGroup", "logGroupName", GROUP, "tags", List.of("more"));
        assertThat(tags()).isEqualTo(Map.of("team", "web"));

        var many = new HashMap<String, String>();
        IntStream.range(0, 50).forEach(i -> many.put("k" + i, "v"));
        assertThat(refused("TagResource", "resourceArn", ARN, "tags", many)).startsWith("TooManyTagsException: ");
        assertThat(tags()).hasSize(1);
        assertThat(refused("ListTagsForResource", "resourceArn", ARN + "-none")).isEqualTo(MISSING_GROUP);
    }

    private Map<String, String> tags() throws Exception {
        var tags = new HashMap<String, String>();
        JsonNode byArn = done("ListTagsForResource", "resourceArn", ARN).path("tags");
        byArn.propertyNames().forEach(key -> tags.put(key, byArn.path(key).asString()));
        assertThat(done("ListTagsLogGroup", "logGroupName", GROUP).path("tags")).isEqualTo(byArn);
        return tags;
    }

    @Test
    void eventsArePutInOrderAndSeveralBatchesMerge() throws Exception {
        makeStream();
        JsonNode answer = put(event(NOW - 5_000, "one"), event(NOW - 5_000, "two"), event(NOW - 1, "four"));
        put(event(NOW - 2_000, "three"));

        assertThat(answer.path("nextSequenceToken").asString()).matches("\\d{56}");
        assertThat(answer.has("rejectedLogEventsInfo")).isFalse();
        var messages = new ArrayList<String>();
        done("GetLogEvents", "logGroupName", GROUP, "logStreamName", "a")
                .path("events")
                .forEach(event -> messages.add(event.path("message").asString()));
        assertThat(messages).containsExactly("one", "two", "three", "four");
    }

    @Test
    void eventsOfOtherTimesAreLeftOutAndToldByTheirPlaces() throws Exception {
        makeStream();
        done("PutRetentionPolicy", "logGroupName", GROUP, "retentionInDays", 7);

        JsonNode rejected = put(
                        event(NOW - 15 * DAY, "too old"),
                        event(NOW - 8 * DAY, "expired"),
                        event(NOW, "kept"),
                        event(NOW + 3 * DAY, "too new"))
                .path("rejectedLogEventsInfo");

        assertThat(rejected.path("tooOldLogEventEndIndex").asInt()).isEqualTo(1);
        assertThat(rejected.path("expiredLogEventEndIndex").asInt()).isEqualTo(2);
        assertThat(rejected.path("tooNewLogEventStartIndex").asInt()).isEqualTo(3);
        assertThat(done("FilterLogEvents", "logGroupName", GROUP).path("events"))
                .hasSize(1);
    }

    @Test
    void aWrongBatchIsRefusedWholeInAwsWords() throws Exception {
        makeStream();

        assertThat(refusedPut(event(NOW, "b"), event(NOW - 1, "a")))
                .isEqualTo("InvalidParameterException: Log events in a single PutLogEvents request must be in"
                        + " chronological order.");
        assertThat(refusedPut(event(NOW - DAY - 5_000, "a"), event(NOW, "b")))
                .isEqualTo("InvalidParameterException: The batch of log events in a single PutLogEvents request cannot"
                        + " span more than 24 hours.");
        String half = "x".repeat(524_288);
        assertThat(refusedPut(event(NOW, half), event(NOW, half)))
                .isEqualTo("InvalidParameterException: Upload too large: 1048628 bytes exceeds limit of 1048576");
        assertThat(refusedPut(event(NOW, "x".repeat(1_048_551))))
                .isEqualTo("InvalidParameterException: Log event too large: 1048577 bytes exceeds limit of 1048576");
        assertThat(refused(
                        "PutLogEvents",
                        "logGroupName",
                        GROUP,
                        "logStreamName",
                        "none",
                        "logEvents",
                        List.of(event(NOW, "x"))))
                .isEqualTo(MISSING_STREAM);
        assertThat(done("FilterLogEvents", "logGroupName", GROUP).path("events"))
                .isEmpty();
        put(event(NOW, "x".repeat(1_048_550)));
    }

    private void makeStream() throws Exception {
        done("CreateLogGroup", "logGroupName", GROUP);
        done("CreateLogStream", "logGroupName", GROUP, "logStreamName", "a");
    }

    private static Map<String, Object> event(long millis, String message) {
        return Map.of("timestamp", millis, "message", message);
    }

    private JsonNode put(Object... events) throws Exception {
        return done("PutLogEvents", "logGroupName", GROUP, "logStreamName", "a", "logEvents", List.of(events));
    }

    private String refusedPut(Object... events) throws Exception {
        return refused("PutLogEvents", "logGroupName", GROUP, "logStreamName", "a", "logEvents", List.of(events));
    }
}
