package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResourceTemplateTest {

    private static final Caller CALLER = new Caller("111111111111", "us-east-1", "test");
    private static final String LAMBDA = "arn:aws:lambda:us-east-1:111111111111:";
    private static final String LOGS = "arn:aws:logs:us-east-1:111111111111:";

    private static List<String> resolve(String service, String template, Map<String, ?> members) {
        return ResourceTemplate.compile(template, service).resolve(members::get, CALLER);
    }

    @ParameterizedTest
    @CsvSource({
        "hello, , function:hello",
        "hello, PROD, function:hello:PROD",
        "hello:PROD, , function:hello:PROD",
        "hello:PROD, PROD, function:hello:PROD",
        "hello, $LATEST, function:hello:$LATEST",
        "function:hello, , function:hello",
        "function:hello:7, , function:hello:7",
        "111111111111:function:hello, , function:hello",
        "111111111111:hello:PROD, , function:hello:PROD",
        "us-east-1:111111111111:function:hello, 7, function:hello:7",
        "us-east-1:function:hello, , function:hello",
        "arn:aws:lambda:us-east-1:111111111111:function:hello, , function:hello",
        "arn:aws:lambda:us-east-1:111111111111:function:hello, PROD, function:hello:PROD",
        "arn:aws:lambda:us-east-1:111111111111:function:hello:PROD, PROD, function:hello:PROD",
    })
    void aFunctionIsMeantByNameOrArnOrAPartOfOne(String name, String qualifier, String resource) {
        var members =
                qualifier == null ? Map.of("FunctionName", name) : Map.of("FunctionName", name, "Qualifier", qualifier);

        assertThat(resolve("lambda", "function:{FunctionName}{:Qualifier}", members))
                .containsExactly(LAMBDA + resource);
    }

    @Test
    void anotherAccountOrRegionStaysWhatItIs() {
        assertThat(resolve("lambda", "function:{FunctionName}", Map.of("FunctionName", "222222222222:function:hello")))
                .containsExactly("arn:aws:lambda:us-east-1:222222222222:function:hello");
        assertThat(resolve("lambda", "function:{FunctionName}", Map.of("FunctionName", "cn-north-1:222222222222:f")))
                .containsExactly("arn:aws-cn:lambda:cn-north-1:222222222222:function:f");
    }

    @Test
    void aLogGroupIsMeantByEitherOfItsMembers() {
        var template = "log-group:{logGroupName|logGroupIdentifier}:log-stream:{logStreamName}";

        assertThat(resolve("logs", template, Map.of("logGroupName", "/aws/lambda/hello", "logStreamName", "a/[1]b")))
                .containsExactly(LOGS + "log-group:/aws/lambda/hello:log-stream:a/[1]b");
        assertThat(resolve("logs", template, Map.of("logGroupIdentifier", LOGS + "log-group:g:*")))
                .containsExactly(LOGS + "log-group:g:log-stream:");
        assertThat(resolve("logs", "log-group::log-stream:", Map.of()))
                .containsExactly(LOGS + "log-group::log-stream:");
    }

    @Test
    void aListStandsForOneEach() {
        assertThat(resolve("lambda", "{Layers}", Map.of("Layers", List.of(LAMBDA + "layer:a:1", LAMBDA + "layer:b:2"))))
                .containsExactly(LAMBDA + "layer:a:1", LAMBDA + "layer:b:2");
        assertThat(resolve("logs", "log-group:{names}:log-stream:", Map.of("names", List.of("a", "b"))))
                .containsExactly(LOGS + "log-group:a:log-stream:", LOGS + "log-group:b:log-stream:");
    }

    @Test
    void severalMembersMakeAName() {
        assertThat(resolve(
                        "lambda", "layer:{LayerName}:{VersionNumber}", Map.of("LayerName", "l", "VersionNumber", 3L)))
                .containsExactly(LAMBDA + "layer:l:3");
    }

    @Test
    void withoutAMemberItIsEveryResource() {
        assertThat(resolve("logs", "{anomalyDetectorArn}", Map.of())).containsExactly("*");
        assertThat(resolve("lambda", "*", Map.of())).containsExactly("*");
        assertThat(resolve("lambda", "event-source-mapping:*", Map.of()))
                .containsExactly(LAMBDA + "event-source-mapping:*");
    }
}
