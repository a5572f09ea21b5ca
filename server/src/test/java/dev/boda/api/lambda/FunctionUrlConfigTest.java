package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static dev.boda.api.lambda.Refusals.assertMalformed;
import static dev.boda.api.lambda.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.AskedAccess;
import dev.boda.http.FakeExchange.Answered;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The five operations of function URL configs, with the answers that AWS was recorded giving.
final class FunctionUrlConfigTest {

    private static final String PATH = "/2021-10-31/functions/";
    private static final Map<String, Object> NONE = Map.of("AuthType", "NONE");
    private static final String QUALIFIER = "((?!^\\d+$)^[0-9a-zA-Z-_]+$)";
    private static final String NAME = "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?"
            + "-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\\d+$)[0-9a-zA-Z-_]+))?";

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private Answered create(String name, Map<String, Object> members) {
        return lambda.post(PATH + name, members);
    }

    private static List<String> members(Answered answer) {
        return List.copyOf(answer.json().propertyNames());
    }

    private void makeAlias() {
        lambda.createReady("hello");
        assertThat(lambda.post(FUNCTIONS + "hello/versions", Map.of()).status()).isEqualTo(201);
        assertThat(lambda.post(FUNCTIONS + "hello/aliases", Map.of("Name", "live", "FunctionVersion", "1"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aConfigLivesAsAwsWasRecorded() {
        lambda.createReady("hello");
        var created = create("hello/url", NONE);
        assertThat(created.status()).isEqualTo(201);
        assertThat(members(created))
                .containsExactlyInAnyOrder("FunctionUrl", "FunctionArn", "AuthType", "CreationTime");
        var address = created.json().get("FunctionUrl").asString();
        assertThat(address)
                .matches("http://[a-z0-9]{32}\\.lambda-url\\.us-east-1\\.localhost\\.localstack\\.cloud:4566/");
        assertThat(created.json().get("FunctionArn").asString()).isEqualTo(ARN + "hello");
        assertThat(created.json().get("CreationTime").asString()).isEqualTo("2026-11-21T09:40:00.123000Z");
        assertRefused(
                create("hello/url", NONE),
                409,
                "ResourceConflictException",
                "Failed to create function url config for [functionArn = " + ARN
                        + "hello]. Error message:  FunctionUrlConfig exists for this Lambda function");

        var got = lambda.get(PATH + "hello/url");
        assertThat(got.status()).isEqualTo(200);
        assertThat(members(got))
                .containsExactlyInAnyOrder(
                        "FunctionUrl", "FunctionArn", "AuthType", "CreationTime", "LastModifiedTime", "InvokeMode");
        assertThat(got.json().get("InvokeMode").asString()).isEqualTo("BUFFERED");

        lambda.pass(Duration.ofSeconds(1));
        var updated = lambda.put(PATH + "hello/url", Map.of("AuthType", "AWS_IAM"));
        assertThat(updated.status()).isEqualTo(200);
        assertThat(members(updated))
                .containsExactlyInAnyOrder(
                        "FunctionUrl", "FunctionArn", "AuthType", "CreationTime", "LastModifiedTime");
        assertThat(updated.json().get("AuthType").asString()).isEqualTo("AWS_IAM");
        assertThat(updated.json().get("FunctionUrl").asString()).isEqualTo(address);
        assertThat(updated.json().get("CreationTime").asString()).isEqualTo("2026-11-21T09:40:00.123000Z");
        assertThat(updated.json().get("LastModifiedTime").asString()).isEqualTo("2026-11-21T09:40:01.123000Z");

        var deleted = lambda.delete(PATH + "hello/url");
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.text()).isEmpty();
        assertNoUrl(lambda.get(PATH + "hello/url"));
    }

    private static void assertNoUrl(Answered answer) {
        assertRefused(answer, 404, "ResourceNotFoundException", "The resource you requested does not exist.");
    }

    private static void assertNoFunction(Answered answer) {
        assertRefused(answer, 404, "ResourceNotFoundException", "Function does not exist");
    }

    @Test
    void theInvokeModeIsAnsweredWhereItWasAskedFor() {
        lambda.createReady("hello");
        var created = create("hello/url", Map.of("AuthType", "NONE", "InvokeMode", "RESPONSE_STREAM"));
        assertThat(created.json().get("InvokeMode").asString()).isEqualTo("RESPONSE_STREAM");
        var kept = lambda.put(PATH + "hello/url", Map.of("AuthType", "AWS_IAM"));
        assertThat(kept.json().has("InvokeMode")).isFalse();
        assertThat(lambda.get(PATH + "hello/url").json().get("InvokeMode").asString())
                .isEqualTo("RESPONSE_STREAM");
        var updated = lambda.put(PATH + "hello/url", Map.of("InvokeMode", "BUFFERED"));
        assertThat(updated.json().get("InvokeMode").asString()).isEqualTo("BUFFERED");
        assertThat(updated.json().get("AuthType").asString()).isEqualTo("AWS_IAM");
    }

    @Test
    void rulesForWebPagesAreShownAsGivenAndReplacedAsAWhole() {
        lambda.createReady("hello");
        var first = "{\"AllowMethods\":[\"GET\"],\"AllowOrigins\":[\"https://a.example\"],\"MaxAge\":5}";
        var rules = Map.of("AllowOrigins", List.of("https://a.example"), "AllowMethods", List.of("GET"), "MaxAge", 5);
        assertThat(create("hello/url", Map.of("AuthType", "NONE", "Cors", rules))
                        .text())
                .contains("\"Cors\":" + first);
        assertThat(lambda.put(PATH + "hello/url", Map.of("InvokeMode", "BUFFERED"))
                        .text())
                .contains("\"Cors\":" + first);
        var second =
                "{\"AllowCredentials\":true,\"AllowHeaders\":[],\"AllowOrigins\":[\"*\"],\"ExposeHeaders\":[\"x\"]}";
        var others = Map.of(
                "AllowOrigins", List.of("*"),
                "AllowCredentials", true,
                "AllowHeaders", List.of(),
                "ExposeHeaders", List.of("x"));
        assertThat(lambda.put(PATH + "hello/url", Map.of("Cors", others)).text())
                .contains("\"Cors\":" + second);
        assertThat(lambda.get(PATH + "hello/url").text()).contains("\"Cors\":" + second);
        assertInvalid(
                lambda.put(PATH + "hello/url", Map.of("Cors", Map.of("AllowCredentials", false))),
                "You can't leave AllowOrigins as empty when Cors is enabled.");
        assertThat(lambda.put(PATH + "hello/url", Map.of("Cors", Map.of())).status())
                .isEqualTo(200);
        assertThat(lambda.get(PATH + "hello/url").text()).doesNotContain("Cors");
    }

    @Test
    void aMethodThatIsTooLongIsRefusedByTheGate() {
        lambda.createReady("hello");
        var rules = Map.of("AllowOrigins", List.of("*"), "AllowMethods", List.of("GET", "POST", "OPTIONS"));
        assertMalformed(
                create("hello/url", Map.of("AuthType", "NONE", "Cors", rules)),
                "cors.allowMethods",
                "[GET, POST, OPTIONS]",
                "Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have"
                        + " length greater than or equal to 0, Member must satisfy regular expression pattern: .*,"
                        + " Member must not be null]");
    }

    @Test
    void anAliasHasAUrlOfItsOwnThatOutlivesIt() {
        makeAlias();
        assertThat(create("hello/url", NONE).status()).isEqualTo(201);
        var created = create("hello/url?Qualifier=live", NONE);
        assertThat(created.json().get("FunctionArn").asString()).isEqualTo(ARN + "hello:live");
        assertRefused(
                create("hello:live/url", NONE),
                409,
                "ResourceConflictException",
                "Failed to create function url config for [functionArn = " + ARN
                        + "hello:live]. Error message:  FunctionUrlConfig exists for this Lambda function");
        assertThat(lambda.delete(FUNCTIONS + "hello/aliases/live").status()).isEqualTo(204);
        assertThat(lambda.get(PATH + "hello/url?Qualifier=live").json().get("FunctionUrl"))
                .isEqualTo(created.json().get("FunctionUrl"));
        assertNoFunction(lambda.put(PATH + "hello/url?Qualifier=live", NONE));
        assertThat(lambda.delete(PATH + "hello/url").status()).isEqualTo(204);
        assertThat(lambda.get(PATH + "hello/url?Qualifier=live").status()).isEqualTo(200);
        assertThat(lambda.delete(PATH + "hello/url?Qualifier=live").status()).isEqualTo(204);
    }

    @Test
    void whatIsNotThereIsRefusedAsAwsWasRecorded() {
        makeAlias();
        for (var name : new String[] {"none/url", ARN + "none/url", "hello/url?Qualifier=v1"}) {
            assertNoFunction(create(name, NONE));
            assertNoFunction(lambda.put(PATH + name, Map.of("AuthType", "AWS_IAM")));
            assertNoUrl(lambda.get(PATH + name));
            assertNoUrl(lambda.delete(PATH + name));
        }
        for (var name : new String[] {"hello/url", "hello/url?Qualifier=live"}) {
            assertNoUrl(lambda.put(PATH + name, Map.of("AuthType", "AWS_IAM")));
            assertNoUrl(lambda.get(PATH + name));
            assertNoUrl(lambda.delete(PATH + name));
        }
        assertNoFunction(lambda.get(PATH + "none/urls"));
        for (var answer : calls("hello:live/url?Qualifier=other")) {
            assertInvalid(
                    answer, "The derived qualifier from the function name does not match the specified qualifier.");
        }
    }

    private List<Answered> calls(String name) {
        return List.of(
                create(name, NONE), lambda.get(PATH + name), lambda.put(PATH + name, NONE), lambda.delete(PATH + name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "$LATEST"})
    void aVersionHasNone(String version) {
        makeAlias();
        for (var answer : calls("hello/url?Qualifier=" + version)) {
            assertMalformed(
                    answer, "qualifier", version, "Member must satisfy regular expression pattern: " + QUALIFIER);
        }
        for (var answer : calls("hello:" + version + "/url")) {
            assertMalformed(
                    answer,
                    "functionName",
                    "hello:" + version,
                    "Member must satisfy regular expression pattern: " + NAME);
        }
    }

    @Test
    void aListingHasPagesAndNoAlias() {
        makeAlias();
        assertThat(lambda.get(PATH + "hello/urls").text()).isEqualTo("{\"FunctionUrlConfigs\":[]}");
        create("hello/url", NONE);
        create("hello/url?Qualifier=live", NONE);
        var all = lambda.get(PATH + "hello/urls").json();
        assertThat(all.get("FunctionUrlConfigs").values())
                .extracting(each -> each.get("FunctionArn").asString())
                .containsExactly(ARN + "hello", ARN + "hello:live");
        assertThat(List.copyOf(all.get("FunctionUrlConfigs").get(1).propertyNames()))
                .containsExactlyInAnyOrder(
                        "FunctionUrl", "FunctionArn", "AuthType", "CreationTime", "LastModifiedTime", "InvokeMode");
        var page = lambda.get(PATH + "hello/urls?MaxItems=1").json();
        assertThat(page.get("FunctionUrlConfigs")).hasSize(1);
        var rest = lambda.get(PATH + "hello/urls?MaxItems=1&Marker="
                        + page.get("NextMarker").asString())
                .json();
        assertThat(rest.get("FunctionUrlConfigs").get(0))
                .isEqualTo(all.get("FunctionUrlConfigs").get(1));
        assertThat(rest.has("NextMarker")).isFalse();
        assertMalformed(
                lambda.get(PATH + "hello/urls?MaxItems=51"),
                "maxItems",
                "51",
                "Member must have value less than or equal to 50");
        assertInvalid(lambda.get(PATH + "hello/urls?Marker=none"), "The provided Marker is not valid.");
        assertInvalid(
                lambda.get(PATH + "hello:live/urls"),
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this"
                        + " operation. Please specify either a function name or an unqualified function ARN.");
    }

    @Test
    void everyOperationIsAnAccessRequest() {
        makeAlias();
        var asked = new ArrayList<AskedAccess>();
        lambda.access = access -> {
            asked.add(access);
            return Optional.empty();
        };
        create("hello/url?Qualifier=live", NONE);
        lambda.get(PATH + "hello/url?Qualifier=live");
        lambda.put(PATH + "hello/url?Qualifier=live", Map.of("AuthType", "AWS_IAM"));
        lambda.get(PATH + "hello/urls");
        lambda.delete(PATH + "hello/url?Qualifier=live");
        assertThat(asked)
                .extracting(each -> each.action() + " " + each.resource().substring(ARN.length()))
                .containsExactly(
                        "lambda:CreateFunctionUrlConfig hello:live",
                        "lambda:GetFunctionUrlConfig hello:live",
                        "lambda:UpdateFunctionUrlConfig hello:live",
                        "lambda:ListFunctionUrlConfigs hello",
                        "lambda:DeleteFunctionUrlConfig hello:live");
        assertThat(asked.getFirst().conditions().get()).containsEntry("lambda:FunctionUrlAuthType", List.of("NONE"));
    }

    @Test
    void aFunctionShowsNothingOfItAndHasTheSameRevision() {
        lambda.createReady("hello");
        var before = lambda.get(FUNCTIONS + "hello/configuration").text();
        create("hello/url", NONE);
        assertThat(lambda.get(FUNCTIONS + "hello/configuration").text()).isEqualTo(before);
    }
}
