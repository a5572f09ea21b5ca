package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static dev.boda.api.lambda.Refusals.assertMalformed;
import static dev.boda.api.lambda.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Event invoke configs as they are asked for and shown.
final class EventInvokeConfigTest {

    private static final String CONFIG = "/2019-09-25/functions/hello/event-invoke-config";
    private static final Map<String, Object> ONCE = Map.of("MaximumRetryAttempts", 1);

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        lambda.createReady("hello");
        lambda.createReady("other");
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    @Test
    void aConfigIsShownAsAwsShowsIt() {
        var put = lambda.put(CONFIG, Map.of("MaximumRetryAttempts", 0));
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.text())
                .isEqualTo(
                        "{\"LastModified\":1795254000.123,\"FunctionArn\":\"" + ARN
                                + "hello:$LATEST\",\"MaximumRetryAttempts\":0,\"DestinationConfig\":{\"OnSuccess\":{},\"OnFailure\":{}}}");
        assertThat(lambda.get(CONFIG).text()).isEqualTo(put.text());
        assertThat(lambda.get(CONFIG + "/list").text())
                .isEqualTo("{\"FunctionEventInvokeConfigs\":[" + put.text() + "]}");
    }

    @Test
    void destinationsAreShownAsTheyWereSent() {
        var destinations = Map.of("OnFailure", Map.of("Destination", ARN + "other"));
        var put = lambda.put(CONFIG, Map.of("DestinationConfig", destinations));
        assertThat(put.text())
                .contains("\"DestinationConfig\":{\"OnSuccess\":{},\"OnFailure\":{\"Destination\":\"" + ARN
                        + "other\"}}");
        var nowhere = Map.of("OnFailure", Map.of("Destination", ""), "OnSuccess", Map.of());
        assertThat(lambda.put(CONFIG, Map.of("DestinationConfig", nowhere)).text())
                .contains("\"DestinationConfig\":{\"OnSuccess\":{},\"OnFailure\":{}}");
    }

    @Test
    void anUpdateMovesTheTime() {
        var before = lambda.put(CONFIG, ONCE).json().get("LastModified").asDouble();
        lambda.pass(Duration.ofSeconds(2));
        var updated =
                lambda.post(CONFIG, Map.of("MaximumEventAgeInSeconds", 60)).json();
        assertThat(updated.get("LastModified").asDouble()).isEqualTo(before + 2);
        assertThat(updated.get("MaximumRetryAttempts").asInt()).isEqualTo(1);
        assertThat(updated.get("MaximumEventAgeInSeconds").asInt()).isEqualTo(60);
    }

    @Test
    void qualifiersStandBesideTheNameOrInIt() {
        lambda.post(FUNCTIONS + "hello/versions", Map.of());
        var beside = lambda.put(CONFIG + "?Qualifier=1", ONCE);
        assertThat(beside.json().get("FunctionArn").asString()).isEqualTo(ARN + "hello:1");
        var within = CONFIG.replace("hello", "hello:1");
        assertThat(lambda.get(within).text()).isEqualTo(beside.text());
        assertThat(lambda.delete(within).status()).isEqualTo(204);
        assertNotConfigured(CONFIG + "?Qualifier=1", "hello:1");
        assertInvalid(
                lambda.put(within + "?Qualifier=$LATEST", ONCE),
                "The derived qualifier from the function name does not match the specified qualifier.");
    }

    private void assertNotConfigured(String target, String name) {
        assertRefused(
                lambda.get(target),
                404,
                "ResourceNotFoundException",
                "The function " + ARN + name + " doesn't have an EventInvokeConfig");
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertNotConfigured(CONFIG, "hello:$LATEST");
        assertNotConfigured(CONFIG.replace("hello", "unknown"), "unknown:$LATEST");
        assertRefused(
                lambda.put(CONFIG.replace("hello", "unknown"), ONCE),
                404,
                "ResourceNotFoundException",
                "The function doesn't exist.");
        assertInvalid(
                lambda.put(CONFIG.replace("hello", "unknown"), Map.of()),
                "You must specify at least one of error handling or destination setting.");
    }

    @Test
    void numbersKeepAwssBounds() {
        assertMalformed(
                lambda.put(CONFIG, Map.of("MaximumRetryAttempts", 3)),
                "maximumRetryAttempts",
                "3",
                "Member must have value less than or equal to 2");
        assertMalformed(
                lambda.put(CONFIG, Map.of("MaximumEventAgeInSeconds", 59)),
                "maximumEventAgeInSeconds",
                "59",
                "Member must have value greater than or equal to 60");
        assertMalformed(
                lambda.put(CONFIG, Map.of("MaximumEventAgeInSeconds", 21_601)),
                "maximumEventAgeInSeconds",
                "21601",
                "Member must have value less than or equal to 21600");
    }
}
