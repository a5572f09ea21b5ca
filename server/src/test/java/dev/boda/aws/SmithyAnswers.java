package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.smithy.model.node.ObjectNode;
import tools.jackson.databind.json.JsonMapper;

/// Holds an answer against what a case expects.
final class SmithyAnswers {

    private static final Pattern VIOLATION =
            Pattern.compile("at '(?<path>[^']*)' failed to satisfy constraint: (?<constraint>[^;\"]*)");
    /// Each constraint by words that both the cases' sentences and AWS's older services' hold.
    private static final List<String> CONSTRAINTS =
            List.of("unique values", "not be null", "length", "enum value set", "regular expression");

    private SmithyAnswers() {}

    static void check(ObjectNode expected, Answer answer) {
        var text = new String(answer.body(), UTF_8);
        assertThat(answer.status())
                .as(text)
                .isEqualTo(expected.expectNumberMember("code").getValue().intValue());
        var headers = answer.headers().build();
        expected.getObjectMember("headers")
                .map(ObjectNode::getStringMap)
                .orElse(Map.of())
                .forEach((name, value) -> {
                    if (!name.equalsIgnoreCase("content-length")) {
                        assertThat(String.join(", ", headers.all(name)))
                                .as(name)
                                .isEqualTo(value.expectStringNode().getValue());
                    }
                });
        expected.getArrayMember("forbidHeaders")
                .ifPresent(names -> names.getElements()
                        .forEach(name -> assertThat(
                                        headers.contains(name.expectStringNode().getValue()))
                                .as("%s", name)
                                .isFalse()));
        expected.getMember("body").ifPresent(body -> {
            if (body.isStringNode()) {
                checkBody(expected, body.expectStringNode().getValue(), text);
            } else {
                checkRefusal(body.expectObjectNode(), text);
            }
        });
    }

    private static void checkBody(ObjectNode expected, String body, String text) {
        var type = expected.getStringMemberOrDefault("bodyMediaType", "");
        if (type.equals("application/json") && !body.isEmpty()) {
            var json = new JsonMapper();
            assertThat(json.readTree(text)).isEqualTo(json.readTree(body));
        } else {
            assertThat(text).isEqualTo(body);
        }
    }

    /// The sentence of a violated constraint differs from that of AWS's services: the member and the constraint must
    /// be the same.
    private static void checkRefusal(ObjectNode body, String text) {
        var assertion = body.expectObjectMember("assertion");
        var regex = assertion.getStringMember("messageRegex");
        if (regex.isPresent()) {
            assertThat(new JsonMapper().readTree(text).path("message").asString(""))
                    .matches(regex.get().getValue());
            return;
        }
        var expected = new JsonMapper()
                .readTree(assertion.expectStringMember("contents").getValue())
                .path("message")
                .asString("");
        var said = new JsonMapper().readTree(text).path("message").asString("");
        var wanted = VIOLATION.matcher(expected);
        var found = VIOLATION.matcher(said);
        while (wanted.find()) {
            assertThat(found.find()).as(said).isTrue();
            assertThat(constraint(found.group("constraint")))
                    .as(said)
                    .isEqualTo(constraint(wanted.group("constraint")));
            var path = Arrays.stream(wanted.group("path").substring(1).split("/", -1))
                    .toList();
            assertThat(path).as(said).startsWith(path(found.group("path")).toArray(String[]::new));
        }
        assertThat(found.find()).as(said).isFalse();
    }

    /// What is none of the others is a range.
    private static String constraint(String sentence) {
        return CONSTRAINTS.stream().filter(sentence::contains).findFirst().orElse("range");
    }

    /// `list.1.member` is `/list/0`.
    private static List<String> path(String said) {
        return Arrays.stream(said.split("\\.", -1))
                .filter(segment -> !segment.equals("member"))
                .map(segment -> segment.matches("\\d+") ? Integer.toString(Integer.parseInt(segment) - 1) : segment)
                .toList();
    }
}
