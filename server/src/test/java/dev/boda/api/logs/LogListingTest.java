package dev.boda.api.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.api.logs.LogsUnderTest.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// DescribeLogGroups and DescribeLogStreams, over the wire.
class LogListingTest extends LogsOverTheWire {

    private static final String GROUP = "/aws/lambda/hello";
    private static final String ARN = "arn:aws:logs:us-east-1:111111111111:log-group:" + GROUP;

    @Test
    void aGroupIsDescribedAsOnAws() throws Exception {
        logs.append(GROUP, "a", 1_000, "hello\n");

        JsonNode group = logs.call("DescribeLogGroups", Map.of("logGroupNamePrefix", "/aws/lambda/"))
                .body()
                .path("logGroups")
                .path(0);

        assertThat(group.propertyNames())
                .containsExactlyInAnyOrder(
                        "arn",
                        "creationTime",
                        "deletionProtectionEnabled",
                        "logGroupArn",
                        "logGroupClass",
                        "logGroupName",
                        "metricFilterCount",
                        "storedBytes");
        assertThat(group.path("arn").asString()).isEqualTo(ARN + ":*");
        assertThat(group.path("logGroupArn").asString()).isEqualTo(ARN);
        assertThat(group.path("logGroupClass").asString()).isEqualTo("STANDARD");
        assertThat(group.path("creationTime").asLong()).isEqualTo(1_005);
        assertThat(group.path("storedBytes").asLong()).isPositive();
    }

    @Test
    void aSearchByPatternTellsLess() throws Exception {
        logs.append(GROUP, "a", 1, "hello\n");

        JsonNode found = logs.call("DescribeLogGroups", Map.of("logGroupNamePattern", "hel"))
                .body()
                .path("logGroups");

        assertThat(found).hasSize(1);
        assertThat(found.path(0).propertyNames())
                .containsExactlyInAnyOrder(
                        "arn", "creationTime", "logGroupArn", "logGroupClass", "logGroupName", "metricFilterCount");
        assertThat(logs.call("DescribeLogGroups", Map.of("logGroupNamePattern", "HEL"))
                        .body()
                        .path("logGroups"))
                .isEmpty();
    }

    @Test
    void groupsOfOtherAccountsAndRegionsAreNotSeen() throws Exception {
        logs.append(GROUP, "a", 1, "hello\n");

        assertThat(logs.call("222222222222", "us-east-1", "DescribeLogGroups", Map.of())
                        .body()
                        .path("logGroups"))
                .isEmpty();
        assertThat(logs.call("111111111111", "eu-west-1", "DescribeLogGroups", Map.of())
                        .body()
                        .path("logGroups"))
                .isEmpty();
    }

    @Test
    void groupsAreListedByPagesCompleteAndInOrder() throws Exception {
        for (int i = 0; i < 120; i++) {
            logs.append("/aws/lambda/f-" + i, "a", i, "hello\n");
        }

        List<String> names = pages("DescribeLogGroups", Map.of(), "logGroups", "logGroupName");

        assertThat(names).hasSize(120).doesNotHaveDuplicates().isSorted();
        assertThat(pages("DescribeLogGroups", Map.of("limit", 7), "logGroups", "logGroupName"))
                .isEqualTo(names);
    }

    @Test
    void groupsAreFoundByTheirIdentifiers() throws Exception {
        logs.append(GROUP, "a", 1, "hello\n");
        logs.append("/aws/lambda/other", "a", 1, "hello\n");

        JsonNode found = logs.call("DescribeLogGroups", Map.of("logGroupIdentifiers", List.of(ARN, "/aws/lambda/none")))
                .body()
                .path("logGroups");

        assertThat(found).hasSize(1);
        assertThat(found.path(0).path("logGroupName").asString()).isEqualTo(GROUP);
    }

    @Test
    void prefixAndPatternTogetherAreRefused() throws Exception {
        Answer answer = logs.call("DescribeLogGroups", Map.of("logGroupNamePrefix", "a", "logGroupNamePattern", "b"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error())
                .isEqualTo("InvalidParameterException: LogGroup name prefix and LogGroup name pattern are mutually"
                        + " exclusive parameters.");
    }

    @Test
    void aStreamIsDescribedAsOnAws() throws Exception {
        logs.append(GROUP, "2026/11/21/[$LATEST]abc", 1_000, "first\n");
        logs.append(GROUP, "2026/11/21/[$LATEST]abc", 3_000, "last\n");

        JsonNode stream = logs.call("DescribeLogStreams", Map.of("logGroupName", GROUP))
                .body()
                .path("logStreams")
                .path(0);

        assertThat(stream.propertyNames())
                .containsExactlyInAnyOrder(
                        "arn",
                        "creationTime",
                        "firstEventTimestamp",
                        "lastEventTimestamp",
                        "lastIngestionTime",
                        "logStreamName",
                        "storedBytes");
        assertThat(stream.path("arn").asString()).isEqualTo(ARN + ":log-stream:2026/11/21/[$LATEST]abc");
        assertThat(stream.path("firstEventTimestamp").asLong()).isEqualTo(1_000);
        assertThat(stream.path("lastEventTimestamp").asLong()).isEqualTo(3_000);
        assertThat(stream.path("lastIngestionTime").asLong()).isEqualTo(3_005);
        assertThat(stream.path("storedBytes").asLong()).isZero();
    }

    @Test
    void streamsAreListedByPagesInEveryOrderCompleteAndWithoutDuplicates() throws Exception {
        for (int i = 0; i < 120; i++) {
            logs.append(GROUP, String.format(java.util.Locale.ROOT, "s-%03d", (i * 37) % 120), i / 3, "hello\n");
        }
        Map<String, Object> group = Map.of("logGroupName", GROUP);

        List<String> byName = pages("DescribeLogStreams", group, "logStreams", "logStreamName");
        List<String> latestFirst = pages(
                "DescribeLogStreams",
                Map.of("logGroupName", GROUP, "orderBy", "LastEventTime", "descending", true, "limit", 7),
                "logStreams",
                "logStreamName");
        List<String> earliestFirst = pages(
                "DescribeLogStreams",
                Map.of("logGroupName", GROUP, "orderBy", "LastEventTime", "limit", 50),
                "logStreams",
                "logStreamName");

        assertThat(byName).hasSize(120).doesNotHaveDuplicates().isSorted();
        assertThat(latestFirst).hasSize(120).doesNotHaveDuplicates();
        assertThat(latestFirst.getFirst()).isIn("s-083", "s-009", "s-046");
        assertThat(earliestFirst).isEqualTo(latestFirst.reversed());
        assertThat(pages(
                        "DescribeLogStreams",
                        Map.of("logGroupIdentifier", ARN, "logStreamNamePrefix", "s-01", "descending", true),
                        "logStreams",
                        "logStreamName"))
                .isEqualTo(byName.subList(10, 20).reversed());
    }

    @Test
    void wrongListingsOfStreamsAreRefusedInAwsWords() throws Exception {
        logs.append(GROUP, "a", 1, "hello\n");

        assertThat(logs.call("DescribeLogStreams", Map.of("logGroupName", "/aws/lambda/none"))
                        .error())
                .isEqualTo("ResourceNotFoundException: The specified log group does not exist.");
        assertThat(logs.call(
                                "DescribeLogStreams",
                                Map.of("logGroupName", GROUP, "orderBy", "LastEventTime", "logStreamNamePrefix", "a"))
                        .error())
                .isEqualTo("InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix.");
        assertThat(logs.call("DescribeLogStreams", Map.of("logGroupName", GROUP, "nextToken", "bm9uc2Vuc2U"))
                        .error())
                .isEqualTo("InvalidParameterException: The specified nextToken is invalid.");
        assertThat(logs.call("DescribeLogStreams", Map.of("logGroupName", GROUP, "logGroupIdentifier", ARN))
                        .error())
                .isEqualTo("InvalidParameterException: LogGroup name and LogGroup ARN are mutually exclusive"
                        + " parameters.");
        assertThat(logs.call("DescribeLogStreams", Map.of()).error())
                .startsWith("InvalidParameterException: 1 validation error detected: Value null at 'logGroupName'");
        assertThat(logs.call("DescribeLogStreams", Map.of("logGroupName", GROUP, "limit", 51))
                        .error())
                .isEqualTo("InvalidParameterException: 1 validation error detected: Value '51' at 'limit' failed to"
                        + " satisfy constraint: Member must have value less than or equal to 50");
    }

    @Test
    void whatIsNotBuiltIsRefusedByName() throws Exception {
        for (String operation : List.of("PutMetricFilter", "PutSubscriptionFilter", "StartQuery")) {
            Answer answer = logs.call(operation, Map.of("logGroupName", GROUP));

            assertThat(answer.status()).isEqualTo(501);
            assertThat(answer.error())
                    .isEqualTo(
                            "NotImplemented: Boda does not implement logs:" + operation + " yet; see docs/parity.md");
        }
    }

    private List<String> pages(String operation, Map<String, ?> input, String list, String name) throws Exception {
        var request = new HashMap<String, Object>(input);
        var names = new ArrayList<String>();
        while (true) {
            Answer answer = logs.call(operation, request);
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
            answer.body().path(list).forEach(item -> names.add(item.path(name).asString()));
            if (!answer.body().has("nextToken")) {
                return names;
            }
            request.put("nextToken", answer.body().path("nextToken").asString());
        }
    }
}
