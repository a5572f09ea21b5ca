package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What AWS answers in the life of a function: which members, and what is in them.
final class FunctionLifeTest {

    private static final List<String> ALWAYS = List.of(
            "Architectures",
            "CodeSha256",
            "CodeSize",
            "Description",
            "EphemeralStorage",
            "FunctionArn",
            "FunctionName",
            "Handler",
            "LastModified",
            "LoggingConfig",
            "MemorySize",
            "PackageType",
            "RevisionId",
            "Role",
            "Runtime",
            "SnapStart",
            "Timeout",
            "TracingConfig",
            "Version");

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private static JsonNode json(String text) {
        return new JsonMapper().readTree(text);
    }

    private static void assertMembers(JsonNode shape, String... more) {
        var expected = new TreeSet<>(ALWAYS);
        expected.addAll(List.of(more));
        assertThat(new TreeSet<>(shape.propertyNames())).isEqualTo(expected);
    }

    private JsonNode configuration(String name) {
        return lambda.get(FUNCTIONS + name + "/configuration").json();
    }

    @Test
    void aNewFunctionIsPendingAndHasAwsDefaults() throws Exception {
        var code = zip("app.py", "def handler(e, c): return e");
        var created = lambda.create(function("hello", "Code", Map.of("ZipFile", base64(code))));
        assertThat(created.status()).isEqualTo(201);
        var shape = created.json();
        assertMembers(shape, "RuntimeVersionConfig", "State", "StateReason", "StateReasonCode");
        assertThat(shape.get("FunctionName").asString()).isEqualTo("hello");
        assertThat(shape.get("FunctionArn").asString()).isEqualTo(ARN + "hello");
        assertThat(shape.get("State").asString()).isEqualTo("Pending");
        assertThat(shape.get("StateReason").asString()).isEqualTo("The function is being created.");
        assertThat(shape.get("StateReasonCode").asString()).isEqualTo("Creating");
        assertThat(shape.get("Timeout").asInt()).isEqualTo(3);
        assertThat(shape.get("MemorySize").asInt()).isEqualTo(128);
        assertThat(shape.get("Description").asString()).isEmpty();
        assertThat(shape.get("Version").asString()).isEqualTo("$LATEST");
        assertThat(shape.get("CodeSize").asInt()).isEqualTo(code.length);
        assertThat(shape.get("CodeSha256").asString())
                .isEqualTo(Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(code)));
        assertThat(shape.get("LastModified").asString()).isEqualTo("2026-11-21T09:40:00.123+0000");
        assertThat(shape.get("PackageType").asString()).isEqualTo("Zip");
        assertThat(shape.get("Architectures")).isEqualTo(json("[\"x86_64\"]"));
        assertThat(shape.get("EphemeralStorage")).isEqualTo(json("{\"Size\":512}"));
        assertThat(shape.get("TracingConfig")).isEqualTo(json("{\"Mode\":\"PassThrough\"}"));
        assertThat(shape.get("SnapStart")).isEqualTo(json("{\"ApplyOn\":\"None\",\"OptimizationStatus\":\"Off\"}"));
        assertThat(shape.get("LoggingConfig"))
                .isEqualTo(json("{\"LogFormat\":\"Text\",\"LogGroup\":\"/aws/lambda/hello\"}"));
        assertThat(shape.get("RuntimeVersionConfig").get("RuntimeVersionArn").asString())
                .matches("arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}");
        assertThat(shape.get("RevisionId").asString())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }

    @Test
    void anActiveFunctionHasItsLastUpdateAndNoReason() {
        var created = lambda.create(function("hello")).json();
        lambda.settle();
        var shape = configuration("hello");
        assertMembers(shape, "RuntimeVersionConfig", "State", "LastUpdateStatus");
        assertThat(shape.get("State").asString()).isEqualTo("Active");
        assertThat(shape.get("LastUpdateStatus").asString()).isEqualTo("Successful");
        assertThat(shape.get("RevisionId")).isNotEqualTo(created.get("RevisionId"));
        assertThat(shape.get("LastModified")).isEqualTo(created.get("LastModified"));
    }

    @Test
    void variablesAreShownOnlyOfAFunctionThatWasGivenSome() {
        var given = lambda.create(function("given", "Environment", Map.of("Variables", Map.of("KEY", "1"))));
        assertThat(given.json().get("Environment")).isEqualTo(json("{\"Variables\":{\"KEY\":\"1\"}}"));
        var none = lambda.create(function("none", "Environment", Map.of("Variables", Map.of())));
        assertThat(none.json().get("Environment")).isEqualTo(json("{\"Variables\":{}}"));
        assertThat(lambda.create(function("never")).json().get("Environment")).isNull();
    }

    @Test
    void getFunctionAddsWhereTheCodeIs() {
        lambda.createReady("hello");
        var answer = lambda.get(FUNCTIONS + "hello");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().propertyNames()).containsExactlyInAnyOrder("Configuration", "Code");
        assertThat(answer.json().get("Configuration")).isEqualTo(configuration("hello"));
        assertThat(answer.json().get("Code").propertyNames()).containsExactlyInAnyOrder("RepositoryType", "Location");
        assertThat(answer.json().get("Code").get("RepositoryType").asString()).isEqualTo("S3");
    }

    @Test
    void aQualifierThatIsAskedForShowsInTheArn() {
        lambda.createReady("hello");
        var arn = ARN + "hello:$LATEST";
        assertThat(lambda.get(FUNCTIONS + "hello?Qualifier=%24LATEST")
                        .json()
                        .get("Configuration")
                        .get("FunctionArn")
                        .asString())
                .isEqualTo(arn);
        assertThat(lambda.get(FUNCTIONS + "hello:$LATEST/configuration")
                        .json()
                        .get("FunctionArn")
                        .asString())
                .isEqualTo(arn);
    }

    @Test
    void anUpdateOfTheConfigurationIsInProgressAndThenDone() {
        lambda.createReady("hello");
        var before = configuration("hello");
        lambda.now = lambda.now.plusSeconds(5);
        var updated = lambda.put(
                FUNCTIONS + "hello/configuration",
                Map.of(
                        "Description",
                        "new",
                        "Timeout",
                        10,
                        "RevisionId",
                        before.get("RevisionId").asString()));
        assertThat(updated.status()).isEqualTo(200);
        assertMembers(
                updated.json(),
                "RuntimeVersionConfig",
                "State",
                "LastUpdateStatus",
                "LastUpdateStatusReason",
                "LastUpdateStatusReasonCode");
        assertThat(updated.json().get("State").asString()).isEqualTo("Active");
        assertThat(updated.json().get("LastUpdateStatus").asString()).isEqualTo("InProgress");
        assertThat(updated.json().get("LastUpdateStatusReason").asString()).isEqualTo("The function is being created.");
        assertThat(updated.json().get("LastUpdateStatusReasonCode").asString()).isEqualTo("Creating");
        assertThat(updated.json().get("LastModified").asString()).isEqualTo("2026-11-21T09:40:05.123+0000");
        lambda.settle();
        var after = configuration("hello");
        assertMembers(after, "RuntimeVersionConfig", "State", "LastUpdateStatus");
        assertThat(after.get("Description").asString()).isEqualTo("new");
        assertThat(after.get("Timeout").asInt()).isEqualTo(10);
        assertThat(List.of(before.get("RevisionId"), updated.json().get("RevisionId"), after.get("RevisionId")))
                .doesNotHaveDuplicates();
    }

    @Test
    void membersThatAnUpdateDoesNotNameStay() {
        lambda.create(function(
                "hello", "Description", "old", "Timeout", 7, "Environment", Map.of("Variables", Map.of("KEY", "1"))));
        lambda.settle();
        lambda.put(
                FUNCTIONS + "hello/configuration",
                Map.of("MemorySize", 256, "EphemeralStorage", Map.of("Size", 1_024)));
        lambda.settle();
        lambda.put(FUNCTIONS + "hello/configuration", Map.of("Timeout", 7));
        lambda.settle();
        var shape = configuration("hello");
        assertThat(shape.get("Description").asString()).isEqualTo("old");
        assertThat(shape.get("Timeout").asInt()).isEqualTo(7);
        assertThat(shape.get("MemorySize").asInt()).isEqualTo(256);
        assertThat(shape.get("EphemeralStorage")).isEqualTo(json("{\"Size\":1024}"));
        assertThat(shape.get("Environment")).isEqualTo(json("{\"Variables\":{\"KEY\":\"1\"}}"));
        lambda.put(
                FUNCTIONS + "hello/configuration",
                Map.of("Description", "", "Environment", Map.of("Variables", Map.of())));
        assertThat(configuration("hello").get("Description").asString()).isEmpty();
        assertThat(configuration("hello").get("Environment")).isEqualTo(json("{\"Variables\":{}}"));
    }

    @Test
    void newCodeHasANewDigestAndReplacesWhatServed() {
        lambda.createReady("hello");
        var before = configuration("hello");
        var code = zip("app.py", "def handler(e, c): return 2");
        var updated = lambda.put(FUNCTIONS + "hello/code", Map.of("ZipFile", base64(code)));
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.json().get("LastUpdateStatus").asString()).isEqualTo("InProgress");
        assertThat(updated.json().get("CodeSha256")).isNotEqualTo(before.get("CodeSha256"));
        lambda.settle();
        assertThat(configuration("hello").get("CodeSha256"))
                .isEqualTo(updated.json().get("CodeSha256"));
        assertThat(lambda.retired).hasSize(1);
    }

    @Test
    void aDryRunOfNewCodeChangesNothing() {
        lambda.createReady("hello");
        var before = configuration("hello");
        var updated =
                lambda.put(FUNCTIONS + "hello/code", Map.of("ZipFile", base64(zip("app.py", "2")), "DryRun", true));
        assertThat(updated.status()).isEqualTo(200);
        assertThat(configuration("hello")).isEqualTo(before);
        assertThat(lambda.put(FUNCTIONS + "hello/code", Map.of("ZipFile", base64(new byte[] {1}), "DryRun", true))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aListingHasNoStatesAndComesInPages() {
        for (int i = 0; i < 60; i++) {
            lambda.create(function("fn-%02d".formatted(i)));
        }
        lambda.settle();
        var first = lambda.get(FUNCTIONS + "?MaxItems=10000").json();
        assertThat(first.get("Functions").size()).isEqualTo(50);
        assertMembers(first.get("Functions").get(0));
        var second = lambda.get(FUNCTIONS + "?Marker=" + first.get("NextMarker").asString())
                .json();
        assertThat(second.get("Functions").size()).isEqualTo(10);
        assertThat(second.get("Functions").get(0).get("FunctionName").asString())
                .isEqualTo("fn-50");
        assertThat(second.has("NextMarker")).isFalse();
        assertThat(lambda.get(FUNCTIONS + "?MaxItems=3").json().get("Functions").size())
                .isEqualTo(3);
    }

    @Test
    void aListingOfAllVersionsNamesThemInTheArns() {
        lambda.createReady("hello");
        var all = lambda.get(FUNCTIONS + "?FunctionVersion=ALL").json().get("Functions");
        assertThat(all.size()).isEqualTo(1);
        assertThat(all.get(0).get("FunctionArn").asString()).isEqualTo(ARN + "hello:$LATEST");
        assertThat(lambda.get(FUNCTIONS)
                        .json()
                        .get("Functions")
                        .get(0)
                        .get("FunctionArn")
                        .asString())
                .isEqualTo(ARN + "hello");
    }

    @Test
    void nothingIsReplicatedFromAnotherRegion() {
        lambda.createReady("hello");
        assertThat(lambda.get(FUNCTIONS + "?FunctionVersion=ALL&MasterRegion=us-west-2")
                        .json()
                        .get("Functions")
                        .size())
                .isZero();
    }

    @Test
    void aDeletedFunctionIsGone() {
        lambda.createReady("hello");
        var deleted = lambda.delete(FUNCTIONS + "hello");
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
        assertThat(lambda.get(FUNCTIONS + "hello").status()).isEqualTo(404);
        assertThat(lambda.retired).hasSize(1);
        lambda.createReady("hello");
    }

    @Test
    void namesAreUnderstoodInEveryForm() {
        assertThat(lambda.create(function(ARN + "full"))
                        .json()
                        .get("FunctionName")
                        .asString())
                .isEqualTo("full");
        assertThat(lambda.create(function("111111111111:function:partial"))
                        .json()
                        .get("FunctionName")
                        .asString())
                .isEqualTo("partial");
        assertThat(lambda.get(FUNCTIONS + "arn%3Aaws%3Alambda%3Aus-east-1%3A111111111111%3Afunction%3Afull")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void accountSettingsTellLimitsAndUse() {
        lambda.createReady("hello");
        lambda.createReady("world");
        var size = configuration("hello").get("CodeSize").asLong();
        var settings = lambda.get("/2016-08-19/account-settings").json();
        assertThat(settings.get("AccountLimit"))
                .isEqualTo(json("{\"TotalCodeSize\":80530636800,\"CodeSizeUnzipped\":262144000,"
                        + "\"CodeSizeZipped\":52428800,\"ConcurrentExecutions\":1000,"
                        + "\"UnreservedConcurrentExecutions\":1000}"));
        assertThat(settings.get("AccountUsage").get("FunctionCount").asLong()).isEqualTo(2);
        assertThat(settings.get("AccountUsage").get("TotalCodeSize").asLong()).isEqualTo(2 * size);
    }
}
