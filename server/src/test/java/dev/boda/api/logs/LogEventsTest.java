package dev.boda.api.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.api.logs.LogsUnderTest.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// GetLogEvents and FilterLogEvents, over the wire.
class LogEventsTest extends LogsOverTheWire {

    private static final String GROUP = "/aws/lambda/hello";
    private static final String ARN = "arn:aws:logs:us-east-1:111111111111:log-group:" + GROUP;
    private static final String INVALID_TOKEN = "InvalidParameterException: The specified nextToken is invalid.";

    @Test
    void theLatestEventsComeFirstUnlessTheHeadIsAskedFor() throws Exception {
        appendLines("a", 0, 10);

        assertThat(messages(get("limit", 3))).containsExactly("7\n", "8\n", "9\n");
        assertThat(messages(get("limit", 3, "startFromHead", true))).containsExactly("0\n", "1\n", "2\n");
        JsonNode event = get("limit", 1).path("events").path(0);
        assertThat(event.path("timestamp").asLong()).isEqualTo(9);
        assertThat(event.path("ingestionTime").asLong()).isEqualTo(14);
    }

    @Test
    void pagesForwardAndBackwardHoldEveryEventOnce() throws Exception {
        appendLines("a", 0, 50);
        JsonNode page = get("limit", 7, "startFromHead", true);
        var forward = new ArrayList<>(messages(page));
        String token = "";
        while (!page.path("nextForwardToken").asString().equals(token)) {
            token = page.path("nextForwardToken").asString();
            page = get("limit", 7, "startFromHead", true, "nextToken", token);
            forward.addAll(messages(page));
        }
        var backward = new ArrayList<>(messages(page));
        while (!page.path("nextBackwardToken").asString().equals(token)) {
            token = page.path("nextBackwardToken").asString();
            page = get("limit", 7, "nextToken", token);
            backward.addAll(0, messages(page));
        }

        assertThat(forward).containsExactlyElementsOf(lines(0, 50));
        assertThat(backward).containsExactlyElementsOf(lines(0, 50));
    }

    @Test
    void theForwardTokenOfTheEndFindsWhatComesLater() throws Exception {
        appendLines("a", 0, 3);
        String end = get().path("nextForwardToken").asString();

        assertThat(messages(get("nextToken", end))).isEmpty();
        appendLines("a", 3, 5);
        assertThat(messages(get("nextToken", end))).containsExactly("3\n", "4\n");
        assertThat(end).matches("f/\\d{56}/s");
    }

    @Test
    void theBeginningOfTheRangeIsInItAndTheEndIsNot() throws Exception {
        appendLines("a", 0, 10);

        assertThat(messages(get("startTime", 3, "endTime", 6))).containsExactlyElementsOf(lines(3, 6));
        assertThat(messages(filter("startTime", 3, "endTime", 6))).containsExactlyElementsOf(lines(3, 7));
        assertThat(messages(get("startTime", 100))).isEmpty();
    }

    @Test
    void aPageIsAtMostAMegabyteLong() throws Exception {
        for (int i = 0; i < 12; i++) {
            logs.append(GROUP, "a", i, i + "x".repeat(100_000));
        }

        assertThat(messages(get("startFromHead", true))).hasSize(10);
        assertThat(messages(get())).hasSize(10).last().asString().startsWith("11x");
        assertThat(filter().has("nextToken")).isTrue();
    }

    @Test
    void whatIsNotThereOrNotATokenIsRefusedInAwsWords() throws Exception {
        appendLines("a", 0, 1);

        assertThat(call("GetLogEvents", "logGroupName", "none", "logStreamName", "a")
                        .error())
                .isEqualTo(MISSING_GROUP);
        assertThat(call("GetLogEvents", "logGroupName", GROUP, "logStreamName", "none")
                        .error())
                .isEqualTo(MISSING_STREAM);
        assertThat(call("GetLogEvents", "logGroupName", GROUP, "logStreamName", "a", "nextToken", "f/12/s")
                        .error())
                .isEqualTo(INVALID_TOKEN);
        assertThat(call("FilterLogEvents", "logGroupName", "none").error()).isEqualTo(MISSING_GROUP);
        assertThat(call("FilterLogEvents", "logGroupName", GROUP, "logStreamNames", List.of("a", "none"))
                        .error())
                .isEqualTo(MISSING_STREAM);
        assertThat(call("FilterLogEvents", "logGroupName", GROUP, "nextToken", "nonsense")
                        .error())
                .isEqualTo(INVALID_TOKEN);
        assertThat(call("FilterLogEvents", "logGroupIdentifier", ARN.replace("us-east-1", "eu-west-1"))
                        .error())
                .isEqualTo(MISSING_GROUP);
        assertThat(call("FilterLogEvents", "logGroupName", GROUP, "limit", 10_001)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void eventsOfSeveralStreamsAreInterleavedByTime() throws Exception {
        for (int i = 0; i < 6; i++) {
            logs.append(GROUP, i % 2 == 0 ? "even" : "odd", i, i + "\n");
        }
        JsonNode found = filter();

        assertThat(messages(found)).containsExactlyElementsOf(lines(0, 6));
        assertThat(found.path("searchedLogStreams").isArray()).isTrue();
        assertThat(found.path("searchedLogStreams")).isEmpty();
        assertThat(found.has("nextToken")).isFalse();
        JsonNode event = found.path("events").path(1);
        assertThat(event.propertyNames())
                .containsExactlyInAnyOrder("logStreamName", "timestamp", "message", "ingestionTime", "eventId");
        assertThat(event.path("logStreamName").asString()).isEqualTo("odd");
        assertThat(event.path("eventId").asString()).matches("\\d{56}");
    }

    @Test
    void streamsAreChosenByNameOrPrefix() throws Exception {
        appendLines("2026/11/20/a", 0, 2);
        appendLines("2026/11/21/b", 2, 4);
        appendLines("2026/11/21/c", 4, 6);

        assertThat(messages(filter("logStreamNames", List.of("2026/11/20/a", "2026/11/21/c"))))
                .containsExactly("0\n", "1\n", "4\n", "5\n");
        assertThat(messages(filter("logStreamNames", List.of("2026/11/21/b")))).containsExactly("2\n", "3\n");
        assertThat(messages(filter("logStreamNamePrefix", "2026/11/21"))).containsExactlyElementsOf(lines(2, 6));
        assertThat(call(
                                "FilterLogEvents",
                                "logGroupName",
                                GROUP,
                                "logStreamNames",
                                List.of("a"),
                                "logStreamNamePrefix",
                                "a")
                        .error())
                .startsWith("InvalidParameterException: ");
    }

    @Test
    void pagesHoldEveryMatchOnce() throws Exception {
        for (int i = 0; i < 200; i++) {
            logs.append(GROUP, "s-" + i % 7, i / 4, (i % 3 == 0 ? "ERROR " : "fine ") + i + "\n");
        }
        var request =
                new HashMap<String, Object>(Map.of("logGroupIdentifier", ARN, "filterPattern", "ERROR", "limit", 8));
        var found = new ArrayList<String>();
        var ids = new HashSet<String>();
        while (true) {
            JsonNode page = logs.call("FilterLogEvents", request).body();
            assertThat(page.path("events").size()).isLessThanOrEqualTo(8);
            page.path("events").forEach(event -> ids.add(event.path("eventId").asString()));
            found.addAll(messages(page));
            if (!page.has("nextToken")) {
                break;
            }
            request.put("nextToken", page.path("nextToken").asString());
        }

        assertThat(found).hasSize(67).doesNotHaveDuplicates().allMatch(message -> message.startsWith("ERROR "));
        assertThat(ids).hasSize(67);
    }

    @Test
    void patternsAreAppliedAndWrongOnesRefused() throws Exception {
        logs.append(GROUP, "a", 1, "REPORT RequestId: 1\tStatus: timeout\n");
        logs.append(GROUP, "a", 2, "hello\n");

        assertThat(messages(filter("filterPattern", "\"Status: timeout\""))).hasSize(1);
        assertThat(messages(filter("filterPattern", "-REPORT"))).containsExactly("hello\n");
        Answer invalid = call("FilterLogEvents", "logGroupName", GROUP, "filterPattern", "Status: timeout");
        assertThat(invalid.status()).isEqualTo(400);
        assertThat(invalid.error()).isEqualTo("InvalidParameterException: Invalid character(s) in term ':'");
        assertThat(messages(filter("filterPattern", "[report, ..., status]"))).hasSize(1);
        assertThat(messages(filter("filterPattern", "%^hel+o$%"))).containsExactly("hello\n");
        logs.append(GROUP, "a", 3, "{\"level\": \"ERROR\", \"took\": 12}\n");
        assertThat(messages(filter("filterPattern", "{ $.level = ERROR && $.took > 1e1 }")))
                .hasSize(1);
        assertThat(call("FilterLogEvents", "logGroupName", GROUP, "filterPattern", "{ $.a }")
                        .error())
                .isEqualTo("InvalidParameterException: Invalid filter pattern");
    }

    private void appendLines(String stream, int from, int to) {
        for (int i = from; i < to; i++) {
            logs.append(GROUP, stream, i, i + "\n");
        }
    }

    private static List<String> lines(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> i + "\n").toList();
    }

    private JsonNode get(Object... more) throws Exception {
        return done("GetLogEvents", with(more, "logGroupName", GROUP, "logStreamName", "a"));
    }

    private JsonNode filter(Object... more) throws Exception {
        return done("FilterLogEvents", with(more, "logGroupName", GROUP));
    }

    private static Object[] with(Object[] more, Object... members) {
        return Stream.concat(Stream.of(members), Stream.of(more)).toArray();
    }

    private static List<String> messages(JsonNode page) {
        var messages = new ArrayList<String>();
        page.path("events").forEach(event -> messages.add(event.path("message").asString()));
        return messages;
    }
}
