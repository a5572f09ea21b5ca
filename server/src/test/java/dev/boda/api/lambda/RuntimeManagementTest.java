package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static dev.boda.api.lambda.Refusals.assertNotFound;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When a function gets another release of its runtime.
final class RuntimeManagementTest {

    private static final String HELLO = "/2021-07-20/functions/hello/runtime-management-config";

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        lambda.createReady("hello");
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private String release() {
        return lambda.get(FUNCTIONS + "hello/configuration")
                .json()
                .at("/RuntimeVersionConfig/RuntimeVersionArn")
                .asString();
    }

    @Test
    void updatesAreAutomaticUnlessSomebodySaysOtherwise() {
        assertThat(lambda.get(HELLO).text())
                .isEqualTo("{\"UpdateRuntimeOn\":\"Auto\",\"FunctionArn\":\"" + ARN + "hello\"}");
        var put = lambda.put(HELLO, Map.of("UpdateRuntimeOn", "FunctionUpdate"));
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.text())
                .isEqualTo("{\"UpdateRuntimeOn\":\"FunctionUpdate\",\"FunctionArn\":\"" + ARN + "hello\"}");
        assertThat(lambda.get(HELLO).text()).isEqualTo(put.text());
        assertThat(lambda.get(HELLO + "?Qualifier=$LATEST")
                        .json()
                        .get("FunctionArn")
                        .asString())
                .isEqualTo(ARN + "hello:$LATEST");
    }

    @Test
    void aFunctionStaysAtTheReleaseThatThereIs() {
        var put = lambda.put(HELLO, Map.of("UpdateRuntimeOn", "Manual", "RuntimeVersionArn", release()));
        assertThat(put.json().get("RuntimeVersionArn").asString()).isEqualTo(release());
        assertThat(lambda.get(HELLO).json()).isEqualTo(put.json());
        lambda.put(FUNCTIONS + "hello/configuration", Map.of("Runtime", "python3.13"));
        lambda.settle();
        assertThat(lambda.get(HELLO).json().get("RuntimeVersionArn").asString())
                .isEqualTo(release())
                .isNotEqualTo(put.json().get("RuntimeVersionArn").asString());
        lambda.put(HELLO, Map.of("UpdateRuntimeOn", "Auto"));
        assertThat(lambda.get(HELLO).json().has("RuntimeVersionArn")).isFalse();
    }

    @Test
    void aReleaseGoesWithManualAndMustBeHere() {
        var other = "arn:aws:lambda:us-east-1::runtime:" + "0".repeat(64);
        assertInvalid(
                lambda.put(HELLO, Map.of("UpdateRuntimeOn", "Manual")),
                "RuntimeVersionArn is required when UpdateRuntimeOn is Manual.");
        assertInvalid(
                lambda.put(HELLO, Map.of("UpdateRuntimeOn", "Auto", "RuntimeVersionArn", release())),
                "RuntimeVersionArn goes with UpdateRuntimeOn Manual only, not with Auto.");
        assertInvalid(
                lambda.put(HELLO, Map.of("UpdateRuntimeOn", "Manual", "RuntimeVersionArn", other)),
                "The runtime version " + other + " is not available; the function's runtime has " + release()
                        + " here.");
        assertThat(lambda.get(HELLO).json().get("UpdateRuntimeOn").asString()).isEqualTo("Auto");
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        assertNotFound(lambda.get(HELLO.replace("hello", "unknown")), ARN + "unknown");
        assertNotFound(lambda.get(HELLO + "?Qualifier=1"), ARN + "hello:1");
        assertNotFound(lambda.put(HELLO + "?Qualifier=1", Map.of("UpdateRuntimeOn", "Auto")), ARN + "hello:1");
    }
}
