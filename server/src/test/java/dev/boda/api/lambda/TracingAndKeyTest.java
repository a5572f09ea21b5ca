package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Settings that are shown, whatever becomes of them.
final class TracingAndKeyTest {

    private static final String KEY = "arn:aws:kms:us-east-1:111111111111:key/x";

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private JsonNode updated(Map<String, ?> members) {
        var answer = lambda.put(FUNCTIONS + "hello/configuration", members);
        lambda.settle();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return lambda.get(FUNCTIONS + "hello/configuration").json();
    }

    @Test
    void theModeOfTracingIsShownAndKept() {
        lambda.create(function("hello", "TracingConfig", Map.of("Mode", "Active")));
        lambda.settle();
        assertThat(updated(Map.of("Timeout", 4)).at("/TracingConfig/Mode").asString())
                .isEqualTo("Active");
        assertThat(updated(Map.of("TracingConfig", Map.of("Mode", "PassThrough")))
                        .at("/TracingConfig/Mode")
                        .asString())
                .isEqualTo("PassThrough");
        assertThat(lambda.put(FUNCTIONS + "hello/configuration", Map.of("TracingConfig", Map.of("Mode", "Never")))
                        .header("x-amzn-ErrorType"))
                .isEqualTo("ValidationException");
    }

    @Test
    void aKeyIsShownUntilItIsTakenAway() {
        lambda.create(function("hello", "KMSKeyArn", KEY, "Environment", Map.of("Variables", Map.of("STAGE", "prod"))));
        lambda.settle();
        var kept = updated(Map.of("Timeout", 4));
        assertThat(kept.get("KMSKeyArn").asString()).isEqualTo(KEY);
        assertThat(kept.at("/Environment/Variables/STAGE").asString()).isEqualTo("prod");
        var without = updated(Map.of("KMSKeyArn", ""));
        assertThat(without.has("KMSKeyArn")).isFalse();
        assertThat(without.at("/Environment/Variables/STAGE").asString()).isEqualTo("prod");
    }
}
