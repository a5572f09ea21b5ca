package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Tags of functions, with the answers that AWS was recorded giving.
final class TagsTest {

    private static final String TAGS = "/2017-03-31/tags/";
    private static final String PREFIX = "arn:aws:lambda:us-east-1:111111111111:";

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private Answered tag(String arn, Map<String, String> tags) {
        return lambda.send(
                new FakeExchange("POST", TAGS + arn).body(new JsonMapper().writeValueAsBytes(Map.of("Tags", tags))));
    }

    private String tags(String arn) {
        return lambda.get(TAGS + arn).text();
    }

    private static Map<String, String> many(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "key" + i, i -> "value" + i));
    }

    @Test
    void tagsAreAddedReplacedAndTakenAway() {
        lambda.createReady("hello");
        assertThat(tags(ARN + "hello")).isEqualTo("{\"Tags\":{}}");
        var answer = tag(ARN + "hello", Map.of("a", "1", "b", "2"));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        tag(ARN + "hello", Map.of("b", "3"));
        assertThat(tags(ARN + "hello")).isEqualTo("{\"Tags\":{\"a\":\"1\",\"b\":\"3\"}}");
        assertThat(lambda.delete(TAGS + ARN + "hello?tagKeys=a&tagKeys=unknown").status())
                .isEqualTo(204);
        assertThat(tags(ARN + "hello")).isEqualTo("{\"Tags\":{\"b\":\"3\"}}");
    }

    @Test
    void getFunctionShowsThemWhereThereAreSome() {
        lambda.create(function("tagged", "Tags", Map.of("testtag", "x")));
        lambda.createReady("plain");
        assertThat(lambda.get(FUNCTIONS + "tagged").text()).contains("\"Tags\":{\"testtag\":\"x\"}");
        assertThat(lambda.get(FUNCTIONS + "plain").text()).doesNotContain("\"Tags\"");
    }

    @Test
    void anotherRevisionIsMadeAndNoUpdate() {
        lambda.createReady("hello");
        var before = lambda.get(FUNCTIONS + "hello/configuration").json();
        tag(ARN + "hello", Map.of("a", "1"));
        var after = lambda.get(FUNCTIONS + "hello/configuration").json();
        assertThat(after.get("RevisionId")).isNotEqualTo(before.get("RevisionId"));
        assertThat(after.get("LastModified")).isEqualTo(before.get("LastModified"));
        assertThat(after.get("LastUpdateStatus").asString()).isEqualTo("Successful");
        assertThat(lambda.invoke("hello", new byte[0]).status()).isEqualTo(200);
    }

    @Test
    void aResourceHasFiftyTags() {
        lambda.createReady("hello");
        assertThat(tag(ARN + "hello", many(50)).status()).isEqualTo(204);
        assertThat(tag(ARN + "hello", many(50)).status()).isEqualTo(204);
        Refusals.assertRefused(
                tag(ARN + "hello", Map.of("more", "")),
                400,
                "InvalidParameterValueException",
                "Number of tags exceeds resource tag limit.");
        Refusals.assertRefused(
                lambda.create(function("other", "Tags", many(51))),
                400,
                "InvalidParameterValueException",
                "Number of tags exceeds resource tag limit.");
    }

    @Test
    void aVersionHasNone() {
        lambda.createReady("hello");
        for (var qualifier : new String[] {"$LATEST", "1", "alias"}) {
            Refusals.assertRefused(
                    tag(ARN + "hello:" + qualifier, Map.of("a", "1")),
                    400,
                    "InvalidParameterValueException",
                    "Tags on function aliases and versions are not supported. Please specify a function ARN.");
        }
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        var mapping = PREFIX + "event-source-mapping:0c5c1b8c-0000-4000-8000-000000000001";
        for (var said : Map.of(
                        "Function not found: " + ARN + "unknown", ARN + "unknown",
                        "Event source mapping not found: " + mapping, mapping,
                        "Capacity provider not found: " + PREFIX + "capacity-provider:x",
                                PREFIX + "capacity-provider:x")
                .entrySet()) {
            for (var answer : new Answered[] {
                lambda.get(TAGS + said.getValue()),
                tag(said.getValue(), Map.of("a", "1")),
                lambda.delete(TAGS + said.getValue() + "?tagKeys=a")
            }) {
                Refusals.assertRefused(answer, 404, "ResourceNotFoundException", said.getKey());
            }
        }
    }

    @Test
    void emptyRequestsAreRefused() {
        lambda.createReady("hello");
        Refusals.assertRefused(
                tag(ARN + "hello", Map.of()),
                400,
                "InvalidParameterValueException",
                "An error occurred and the request cannot be processed.");
        assertThat(lambda.delete(TAGS + ARN + "hello").text())
                .contains("1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member"
                        + " must not be null");
    }

    @Test
    void anArnThatNamesNothingTaggableIsRefused() {
        assertThat(lambda.get(TAGS + PREFIX + "foobar:x").text())
                .contains("1 validation error detected: Value '" + PREFIX + "foobar:x' at 'resource' failed to satisfy"
                        + " constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:");
    }
}
