package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static dev.boda.api.lambda.Refusals.assertGateRefused;
import static dev.boda.api.lambda.Refusals.assertNotFound;
import static dev.boda.api.lambda.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.boda.LoggedLines;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Code signing configs, with the answers that AWS was recorded giving.
final class CodeSigningTest {

    private static final String CONFIGS = "/2020-04-22/code-signing-configs";
    private static final String OF_FUNCTIONS = "/2020-06-30/functions/";
    private static final String PROFILE = "arn:aws:signer:us-east-1:111111111111:/signing-profiles/test";
    private static final String UNKNOWN =
            "arn:aws:lambda:us-east-1:111111111111:code-signing-config:csc-01234567890abcdef";

    @RegisterExtension
    final LoggedLines logged = LoggedLines.of(CodeSigningConfigs.class.getName());

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private Answered post(String target, Map<String, ?> members) {
        return lambda.send(new FakeExchange("POST", target).body(new JsonMapper().writeValueAsBytes(members)));
    }

    private JsonNode made(String policy) {
        var answer = post(
                CONFIGS,
                Map.of(
                        "Description",
                        "Testing",
                        "AllowedPublishers",
                        Map.of("SigningProfileVersionArns", List.of(PROFILE)),
                        "CodeSigningPolicies",
                        Map.of("UntrustedArtifactOnDeployment", policy),
                        "Tags",
                        Map.of("a", "b")));
        assertThat(answer.status()).isEqualTo(201);
        return answer.json().get("CodeSigningConfig");
    }

    private String arn(String policy) {
        return made(policy).get("CodeSigningConfigArn").asString();
    }

    private Answered put(String function, String arn) {
        return lambda.put(OF_FUNCTIONS + function + "/code-signing-config", Map.of("CodeSigningConfigArn", arn));
    }

    @Test
    void aConfigIsMadeReadChangedListedAndDeleted() {
        var config = made("Enforce");
        var id = config.get("CodeSigningConfigId").asString();
        assertThat(id).matches("csc-[a-z0-9]{17}");
        var arn = config.get("CodeSigningConfigArn").asString();
        assertThat(arn).isEqualTo("arn:aws:lambda:us-east-1:111111111111:code-signing-config:" + id);
        assertThat(config.toString())
                .contains("\"AllowedPublishers\":{\"SigningProfileVersionArns\":[\"" + PROFILE + "\"]}")
                .contains("\"CodeSigningPolicies\":{\"UntrustedArtifactOnDeployment\":\"Enforce\"}")
                .contains("\"Description\":\"Testing\"")
                .contains("\"LastModified\":\"2026-11-21T09:40:00.123+0000\"");
        assertThat(lambda.get(CONFIGS + "/" + arn).json().get("CodeSigningConfig"))
                .isEqualTo(config);
        lambda.pass(Duration.ofSeconds(1));
        var changed = lambda.put(CONFIGS + "/" + arn, Map.of("Description", "other"))
                .json()
                .get("CodeSigningConfig");
        assertThat(changed.get("Description").asString()).isEqualTo("other");
        assertThat(changed.get("AllowedPublishers")).isEqualTo(config.get("AllowedPublishers"));
        assertThat(changed.get("LastModified").asString()).isEqualTo("2026-11-21T09:40:01.123+0000");
        assertThat(lambda.get(CONFIGS).json().get("CodeSigningConfigs")).containsExactly(changed);
        assertThat(lambda.get("/2017-03-31/tags/" + arn).text()).isEqualTo("{\"Tags\":{\"a\":\"b\"}}");
        assertThat(lambda.delete("/2017-03-31/tags/" + arn + "?tagKeys=a").status())
                .isEqualTo(204);
        assertThat(lambda.get("/2017-03-31/tags/" + arn).text()).isEqualTo("{\"Tags\":{}}");
        assertThat(lambda.delete(CONFIGS + "/" + arn).status()).isEqualTo(204);
        assertThat(lambda.get(CONFIGS).text()).isEqualTo("{\"CodeSigningConfigs\":[]}");
    }

    @Test
    void listingsComeInPages() {
        for (int i = 0; i < 3; i++) {
            made("Warn");
        }
        var first = lambda.get(CONFIGS + "?MaxItems=2").json();
        assertThat(first.get("CodeSigningConfigs")).hasSize(2);
        var marker = first.get("NextMarker").asString();
        var second = lambda.get(CONFIGS + "?MaxItems=2&Marker=" + marker).json();
        assertThat(second.get("CodeSigningConfigs")).hasSize(1);
        assertThat(second.has("NextMarker")).isFalse();
    }

    @Test
    void aFunctionIsGivenAConfigAndLosesIt() {
        lambda.createReady("hello");
        var arn = arn("Warn");
        var target = OF_FUNCTIONS + "hello/code-signing-config";
        assertThat(lambda.get(target).text()).isEqualTo("{}");
        assertThat(lambda.get(CONFIGS + "/" + arn + "/functions").text()).isEqualTo("{\"FunctionArns\":[]}");
        var both = put("hello", arn);
        assertThat(both.status()).isEqualTo(200);
        assertThat(both.json().get("CodeSigningConfigArn").asString()).isEqualTo(arn);
        assertThat(both.json().get("FunctionName").asString()).isEqualTo("hello");
        assertThat(lambda.get(target).json()).isEqualTo(both.json());
        assertThat(lambda.get(CONFIGS + "/" + arn + "/functions").text())
                .isEqualTo("{\"FunctionArns\":[\"" + ARN + "hello\"]}");
        var used = lambda.delete(CONFIGS + "/" + arn);
        assertThat(used.status()).isEqualTo(409);
        assertThat(used.header("x-amzn-ErrorType")).isEqualTo("ResourceConflictException");
        for (int i = 0; i < 2; i++) {
            assertThat(lambda.delete(target).status()).isEqualTo(204);
        }
        assertThat(lambda.get(target).text()).isEqualTo("{}");
        assertThat(lambda.delete(CONFIGS + "/" + arn).status()).isEqualTo(204);
    }

    @Test
    void unsignedCodeIsRefusedWhereItsConfigSaysSo() {
        lambda.createReady("hello");
        var arn = arn("Enforce");
        var sentence = "Lambda cannot deploy the function. The function or layer might be signed using a signature that"
                + " the client is not configured to accept. Check the provided signature for ";
        assertRefused(
                lambda.create(function("signed", "CodeSigningConfigArn", arn)),
                400,
                "CodeVerificationFailedException",
                sentence + "signed.");
        assertNotFound(lambda.get(FUNCTIONS + "signed"), ARN + "signed");
        put("hello", arn);
        var code = Map.of("ZipFile", base64(zip("app.py", "other")));
        assertRefused(
                lambda.put(FUNCTIONS + "hello/code", code),
                400,
                "CodeVerificationFailedException",
                sentence + "hello.");
        assertThat(lambda.put(FUNCTIONS + "hello/configuration", Map.of("Timeout", 4))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void unsignedCodeIsAcceptedWithAWarning() {
        var arn = arn("Warn");
        assertThat(lambda.create(function("hello", "CodeSigningConfigArn", arn)).status())
                .isEqualTo(201);
        assertThat(logged.all())
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(ARN + "hello gets code that is not signed as its " + arn + " wants, which only warns");
        assertThat(lambda.get(CONFIGS + "/" + arn + "/functions").text()).contains(ARN + "hello");
    }

    @Test
    void aConfigThatDoesNotExistIsNotFound() {
        lambda.createReady("hello");
        var target = CONFIGS + "/" + UNKNOWN;
        for (var answer : List.of(
                lambda.get(target),
                lambda.delete(target),
                lambda.put(target, Map.of("Description", "x")),
                lambda.put(target, Map.of()),
                lambda.get(target + "/functions"))) {
            assertGateRefused(
                    answer,
                    404,
                    "ResourceNotFoundException",
                    "The Lambda code signing configuration " + UNKNOWN + " can not be found.");
        }
        for (var answer : List.of(
                put("hello", UNKNOWN),
                put("unknown", UNKNOWN),
                lambda.create(function("other", "CodeSigningConfigArn", UNKNOWN)))) {
            assertRefused(
                    answer,
                    404,
                    "CodeSigningConfigNotFoundException",
                    "The code signing configuration cannot be found. Check that the provided configuration is not"
                            + " deleted: " + UNKNOWN + ".");
        }
    }

    @Test
    void aFunctionThatDoesNotExistIsNotFound() {
        var target = OF_FUNCTIONS + "unknown/code-signing-config";
        assertNotFound(put("unknown", arn("Warn")), ARN + "unknown");
        assertNotFound(lambda.get(target), ARN + "unknown");
        assertNotFound(lambda.delete(target), ARN + "unknown");
    }

    @Test
    void configsAreAnAccountsAndRegionsAndGoTogether() {
        var arn = arn("Warn");
        for (var elsewhere :
                List.of(arn.replace("us-east-1", "eu-west-1"), arn.replace("111111111111", "222222222222"))) {
            assertThat(lambda.get(CONFIGS + "/" + elsewhere).status()).isEqualTo(404);
        }
        assertThat(lambda.signing.clear()).isEqualTo(1);
        assertThat(lambda.get(CONFIGS + "/" + arn).status()).isEqualTo(404);
    }
}
