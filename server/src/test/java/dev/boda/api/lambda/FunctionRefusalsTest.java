package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static dev.boda.api.lambda.Refusals.assertMalformed;
import static dev.boda.api.lambda.Refusals.assertNotFound;
import static dev.boda.api.lambda.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What AWS answers to requests about functions that it refuses.
final class FunctionRefusalsTest {

    private static final String CREATION_PATTERN = "Member must satisfy regular expression pattern:"
            + " (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?"
            + "(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
    private static final String PATTERN = "Member must satisfy regular expression pattern:"
            + " (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?"
            + "(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    @Test
    void storageOutsideOfAwssRangeIsRefused() {
        assertMalformed(
                lambda.create(function("hello", "EphemeralStorage", Map.of("Size", 511))),
                "ephemeralStorage.size",
                "511",
                "Member must have value greater than or equal to 512");
        assertMalformed(
                lambda.create(function("hello", "EphemeralStorage", Map.of("Size", 10_241))),
                "ephemeralStorage.size",
                "10241",
                "Member must have value less than or equal to 10240");
    }

    @Test
    void aRoleThatIsNoArnIsRefused() {
        var pattern = "Member must satisfy regular expression pattern:"
                + " arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";
        assertMalformed(lambda.create(function("hello", "Role", "r1")), "role", "r1", pattern);
        lambda.createReady("hello");
        assertMalformed(lambda.put(FUNCTIONS + "hello/configuration", Map.of("Role", "r1")), "role", "r1", pattern);
    }

    @Test
    void aRoleInNoPartitionIsNoRole() {
        var role = "arn::iam::123456789012:role/r";
        var sentence = "The role defined for the function cannot be assumed by Lambda.";
        assertInvalid(lambda.create(function("hello", "Role", role)), sentence);
        lambda.createReady("hello");
        assertInvalid(lambda.put(FUNCTIONS + "hello/configuration", Map.of("Role", role)), sentence);
    }

    @Test
    void aRoleOfAnotherAccountIsAccepted() {
        assertThat(lambda.create(function("hello", "Role", "arn:aws:iam::123456789012:role/Other"))
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"non-existent-runtime", "PYTHON3.9"})
    void anUnknownRuntimeIsRefusedByTheServiceItself(String runtime) {
        var created = lambda.create(function("hello", "Runtime", runtime));
        assertThat(created.header("x-amzn-ErrorType")).isEqualTo("InvalidParameterValueException");
        assertThat(created.json().get("message").asString())
                .startsWith("Value " + runtime + " at 'runtime' failed to satisfy constraint: Member must satisfy enum"
                        + " value set: [nodejs20.x, python3.14, ")
                .endsWith(", java8.al2] or be a valid ARN");
        lambda.createReady("hello");
        assertThat(lambda.put(FUNCTIONS + "hello/configuration", Map.of("Runtime", runtime))
                        .text())
                .isEqualTo(created.text());
    }

    @Test
    void aRuntimeThatThisMachineCannotRunIsRefusedAtCreation() {
        assertInvalid(lambda.create(function("hello", "Runtime", "java21")), "Boda cannot run java21 here.");
        lambda.createReady("hello");
        assertInvalid(
                lambda.put(FUNCTIONS + "hello/configuration", Map.of("Runtime", "java21")),
                "Boda cannot run java21 here.");
    }

    @Test
    void aZipFunctionNeedsRuntimeAndHandler() {
        var sentence = "Runtime and Handler are mandatory parameters for functions created with deployment packages.";
        assertInvalid(lambda.create(function("hello", "Runtime", null)), sentence);
        assertInvalid(lambda.create(function("hello", "Handler", null)), sentence);
    }

    @Test
    void limitsOfTheServiceHoldForUpdatesToo() {
        lambda.createReady("hello");
        assertMalformed(
                lambda.put(FUNCTIONS + "hello/configuration", Map.of("Timeout", 901)),
                "timeout",
                "901",
                "Member must have value less than or equal to 900");
        assertThat(lambda.put(
                                FUNCTIONS + "hello/configuration",
                                Map.of("Environment", Map.of("Variables", Map.of("AWS_REGION", "x"))))
                        .text())
                .contains("Reserved keys used in this request: AWS_REGION");
    }

    @Test
    void aNameIsTakenOnce() {
        lambda.createReady("hello");
        assertRefused(
                lambda.create(function("hello")), 409, "ResourceConflictException", "Function already exist: hello");
    }

    @Test
    void namesAreHeldAgainstThePatternOfTheirOperation() {
        assertMalformed(lambda.create(function("*")), "functionName", "*", CREATION_PATTERN);
        assertMalformed(
                lambda.create(function("invalid:function:name")),
                "functionName",
                "invalid:function:name",
                CREATION_PATTERN);
        assertMalformed(lambda.get(FUNCTIONS + "*"), "functionName", "*", PATTERN);
        assertMalformed(lambda.delete(FUNCTIONS + "my-function!"), "functionName", "my-function!", PATTERN);
        assertMalformed(
                lambda.invoke("my:function:$LATEST:extra", new byte[0]),
                "functionName",
                "my:function:$LATEST:extra",
                PATTERN);
        assertMalformed(
                lambda.get(FUNCTIONS + "my-function?Qualifier=invalid!"),
                "qualifier",
                "invalid!",
                "Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+");
    }

    @Test
    void twoViolationsAreOneAnswer() {
        var name = "arn:aws:lambda:invalid-region:111111111111:function:my-function-" + "a".repeat(170);
        var qualifier = "a".repeat(129);
        var answer = lambda.delete(FUNCTIONS + name + "?Qualifier=" + qualifier);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ValidationException");
        assertThat(answer.json().get("message").asString())
                .startsWith("2 validation errors detected: ")
                .contains("Value '" + qualifier + "' at 'qualifier' failed to satisfy constraint: Member must have"
                        + " length less than or equal to 128")
                .contains("Value '" + name + "' at 'functionName' failed to satisfy constraint: " + PATTERN);
    }

    @Test
    void aNewNameHasAtMost64CharactersAndAnArn140() {
        var name = "a".repeat(65);
        assertInvalid(
                lambda.create(function(name)),
                "1 validation error detected: Value '" + name + "' at 'functionName' failed to satisfy constraint:"
                        + " Member must have length less than or equal to 64");
        var arn = ARN + "a".repeat(100);
        assertMalformed(
                lambda.create(function(arn)), "functionName", arn, "Member must have length less than or equal to 140");
    }

    @Test
    void aLongNameIsNotFoundWhereItIsNotNew() {
        var name = "a".repeat(65);
        assertNotFound(lambda.get(FUNCTIONS + name), ARN + name);
        assertNotFound(lambda.delete(FUNCTIONS + name), ARN + name);
        assertNotFound(lambda.invoke(name, new byte[0]), ARN + name + ":$LATEST");
    }

    @ParameterizedTest
    @CsvSource({
        "hello, hello",
        "hello?Qualifier=%24LATEST, hello:$LATEST",
        "hello?Qualifier=%24latest, hello:$latest",
        "hello?Qualifier=7, hello:7",
        "hello:PROD, hello:PROD"
    })
    void whatIsNotThereIsNamedWithItsQualifier(String target, String name) {
        assertNotFound(lambda.get(FUNCTIONS + target), ARN + name);
        var question = target.indexOf('?');
        var path = question < 0 ? target : target.substring(0, question);
        var query = question < 0 ? "" : target.substring(question);
        assertNotFound(lambda.get(FUNCTIONS + path + "/configuration" + query), ARN + name);
    }

    @Test
    void aVersionThatIsNotThereIsNotFoundThoughItsFunctionIs() {
        lambda.createReady("hello");
        assertNotFound(lambda.get(FUNCTIONS + "hello?Qualifier=7"), ARN + "hello:7");
        assertNotFound(lambda.invoke("hello:PROD", new byte[0]), ARN + "hello:PROD");
    }

    @Test
    void theVersionThatAFunctionAlwaysHasIsNotDeletedAlone() {
        lambda.createReady("hello");
        assertInvalid(
                lambda.delete(FUNCTIONS + "hello?Qualifier=%24LATEST"),
                "$LATEST version cannot be deleted without deleting the function.");
        assertInvalid(
                lambda.delete(FUNCTIONS + "nobody:$LATEST"),
                "$LATEST version cannot be deleted without deleting the function.");
        assertInvalid(
                lambda.delete(FUNCTIONS + "hello?Qualifier=PROD"), "Deletion of aliases is not currently supported.");
        assertThat(lambda.get(FUNCTIONS + "hello").status()).isEqualTo(200);
    }

    @Test
    void deletingAVersionThatIsNotThereSucceedsWhereTheFunctionIs() {
        lambda.createReady("hello");
        assertThat(lambda.delete(FUNCTIONS + "hello?Qualifier=7").status()).isEqualTo(204);
        assertNotFound(lambda.delete(FUNCTIONS + "nobody?Qualifier=7"), ARN + "nobody");
        assertNotFound(lambda.delete(FUNCTIONS + "nobody?Qualifier=%24latest"), ARN + "nobody");
        assertNotFound(lambda.delete(FUNCTIONS + "nobody"), ARN + "nobody");
    }

    @Test
    void twoQualifiersMustAgree() {
        var sentence = "The derived qualifier from the function name does not match the specified qualifier.";
        assertInvalid(lambda.get(FUNCTIONS + "hello:$LATEST?Qualifier=1"), sentence);
        assertInvalid(lambda.delete(FUNCTIONS + "hello:$LATEST?Qualifier=1"), sentence);
        assertInvalid(lambda.get(FUNCTIONS + "hello:$LATEST/configuration?Qualifier=1"), sentence);
        assertNotFound(lambda.get(FUNCTIONS + "hello:$LATEST?Qualifier=%24LATEST"), ARN + "hello:$LATEST");
    }

    @Test
    void anotherAccountIsDeniedWithoutAWord() {
        var answer = lambda.create(function("arn:aws:lambda:us-east-1:123456789012:function:hello"));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("AccessDeniedException");
        assertThat(answer.text()).isEqualTo("{\"Message\":null}");
    }

    @Test
    void anotherRegionIsNotReachable() {
        assertRefused(
                lambda.invoke("arn:aws:lambda:ap-southeast-1:111111111111:function:hello", new byte[0]),
                404,
                "ResourceNotFoundException",
                "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')");
    }

    @Test
    void anUpdateMustKnowTheRevision() {
        lambda.createReady("hello");
        var sentence = "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias"
                + " API to retrieve the latest Revision Id";
        assertRefused(
                lambda.put(FUNCTIONS + "hello/configuration", Map.of("RevisionId", "wrong")),
                412,
                "PreconditionFailedException",
                sentence);
        assertRefused(
                lambda.put(
                        FUNCTIONS + "hello/code", Map.of("RevisionId", "wrong", "ZipFile", base64(zip("app.py", "")))),
                412,
                "PreconditionFailedException",
                sentence);
    }

    @Test
    void anUpdateWaitsForTheOneBeforeIt() {
        lambda.createReady("hello");
        lambda.put(FUNCTIONS + "hello/configuration", Map.of("Timeout", 5));
        assertRefused(
                lambda.put(FUNCTIONS + "hello/code", Map.of("ZipFile", base64(zip("app.py", "")))),
                409,
                "ResourceConflictException",
                "The operation cannot be performed at this time. An update is in progress for resource: " + ARN
                        + "hello");
    }

    @Test
    void listingsAreRefusedInAwsWords() {
        assertMalformed(
                lambda.get(FUNCTIONS + "?FunctionVersion=invalid"),
                "functionVersion",
                "invalid",
                "Member must satisfy enum value set: [ALL]");
        assertThat(lambda.get(FUNCTIONS + "?Marker=none").status()).isEqualTo(400);
    }
}
