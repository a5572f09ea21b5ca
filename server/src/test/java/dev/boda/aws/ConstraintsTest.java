package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutMetricFilterRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutMetricFilterResponse;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// AWS's sentences on violated constraints, as recorded on AWS (November 2025, Logs February 2026) or, where a test
/// says so, as reported by people.
final class ConstraintsTest {

    private static final String REGION = "((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?";
    private static final String FUNCTION_NAME = "(arn:(aws[a-zA-Z-]*)?:lambda:)?" + REGION
            + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
    private static final String NAMESPACED_FUNCTION_NAME = "(arn:(aws[a-zA-Z-]*)?:lambda:)?" + REGION
            + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
    private static final String GOOD =
            "\"FunctionName\":\"f\",\"Role\":\"arn:aws:iam::123456789012:role/r\",\"Code\":{\"ZipFile\":\"AAAA\"}";

    private static <I extends SdkPojo> String refusal(
            String operation, Supplier<? extends SdkBuilder<?, I>> builder, FakeExchange exchange) throws Exception {
        var door = WireDoor.of(
                "lambda", operation, builder, CreateFunctionResponse.builder().build());
        var answered = door.answer(exchange);
        assertThat(door.reached()).isFalse();
        assertThat(answered.status()).isEqualTo(400);
        assertThat(answered.header("x-amzn-ErrorType")).isEqualTo("ValidationException");
        assertThat(answered.text()).startsWith("{\"message\":\"").endsWith("\"}");
        return answered.text()
                .substring("{\"message\":\"".length(), answered.text().length() - 2)
                .replace("\\\\", "\\");
    }

    private static String createFunction(String body) throws Exception {
        return refusal(
                "CreateFunction",
                CreateFunctionRequest::builder,
                new FakeExchange("POST", "/2015-03-31/functions").body("{" + body + "}"));
    }

    private static String getFunction(String target) throws Exception {
        return refusal("GetFunction", GetFunctionRequest::builder, new FakeExchange("GET", target));
    }

    private static String one(String violation) {
        return "1 validation error detected: " + violation;
    }

    private static String pattern(String value, String path, String pattern) {
        return "Value '" + value + "' at '" + path
                + "' failed to satisfy constraint: Member must satisfy regular expression pattern: " + pattern;
    }

    @Test
    void aNameThatBreaksThePatternOfItsOperation() throws Exception {
        assertThat(createFunction(GOOD.replace("\"f\"", "\"invalid:function:name\"")))
                .isEqualTo(one(pattern("invalid:function:name", "functionName", FUNCTION_NAME)));
        assertThat(getFunction("/2015-03-31/functions/my-function%21"))
                .isEqualTo(one(pattern("my-function!", "functionName", NAMESPACED_FUNCTION_NAME)));
        assertThat(getFunction("/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A%3Afunction%3Af"))
                .isEqualTo(
                        one(pattern("arn:aws:lambda:us-east-1::function:f", "functionName", NAMESPACED_FUNCTION_NAME)));
    }

    @Test
    void aNameThatIsTooLong() throws Exception {
        var name = "my-function:" + "a".repeat(129);

        assertThat(createFunction(GOOD.replace("\"f\"", '"' + name + '"')))
                .isEqualTo(one("Value '" + name + "' at 'functionName' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 140"));
    }

    @Test
    void severalViolationsAreCountedAndJoined() throws Exception {
        var name = "arn:aws:lambda:invalid-region:111111111111:function:" + "a".repeat(140);
        var qualifier = "a".repeat(129);

        assertThat(createFunction(GOOD.replace("\"f\"", '"' + name + '"')))
                .isEqualTo("2 validation errors detected: Value '" + name
                        + "' at 'functionName' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 140; "
                        + pattern(name, "functionName", FUNCTION_NAME));
        assertThat(getFunction("/2015-03-31/functions/f%21?Qualifier=" + qualifier))
                .isEqualTo("2 validation errors detected: "
                        + pattern("f!", "functionName", NAMESPACED_FUNCTION_NAME)
                        + "; Value '" + qualifier + "' at 'qualifier' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 128");
    }

    @Test
    void aQualifierRoleAliasOrStatementOfTheWrongForm() throws Exception {
        assertThat(getFunction("/2015-03-31/functions/f?Qualifier=invalid!"))
                .isEqualTo(one(pattern("invalid!", "qualifier", "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+")));
        assertThat(createFunction(GOOD.replace("arn:aws:iam::123456789012:role/r", "r1")))
                .isEqualTo(
                        one(pattern("r1", "role", "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+")));
        assertThat(refusal(
                        "CreateAlias",
                        CreateAliasRequest::builder,
                        new FakeExchange("POST", "/2015-03-31/functions/f/aliases")
                                .body("{\"Name\":\"2024\",\"FunctionVersion\":\"1\"}")))
                .isEqualTo(one(pattern("2024", "name", "(?!^[0-9]+$)([a-zA-Z0-9-_]+)")));
        assertThat(refusal(
                        "AddPermission",
                        AddPermissionRequest::builder,
                        new FakeExchange("POST", "/2015-03-31/functions/f/policy")
                                .body("{\"StatementId\":\"example.com\",\"Action\":\"lambda:InvokeFunction\","
                                        + "\"Principal\":\"s3.amazonaws.com\"}")))
                .isEqualTo(one(pattern("example.com", "statementId", "([a-zA-Z0-9-_]+)")));
    }

    @Test
    void anEnumListsItsValues() throws Exception {
        assertThat(refusal(
                        "ListFunctions",
                        ListFunctionsRequest::builder,
                        new FakeExchange("GET", "/2015-03-31/functions?FunctionVersion=invalid")))
                .isEqualTo(one("Value 'invalid' at 'functionVersion' failed to satisfy constraint: "
                        + "Member must satisfy enum value set: [ALL]"));
    }

    @Test
    void aListIsShownWholeWithEveryConstraintOfItsElements() throws Exception {
        assertThat(createFunction(GOOD + ",\"Architectures\":[\"x86_64\",\"arm64\"]"))
                .isEqualTo(one("Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: "
                        + "Member must have length less than or equal to 1"));
        assertThat(createFunction(GOOD + ",\"Architectures\":[\"X86_64\"]"))
                .isEqualTo(
                        one(
                                "Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy "
                                        + "constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"));
        assertThat(createFunction(GOOD + ",\"VpcConfig\":{\"SecurityGroupIds\":[\"s_1\"]}"))
                .isEqualTo(
                        one("Value '[s_1]' at 'vpcConfig.securityGroupIds' failed to satisfy constraint: Member must "
                                + "satisfy constraint: [Member must have length less than or equal to 1024, Member must have "
                                + "length greater than or equal to 0, Member must satisfy regular expression pattern: "
                                + "sg-[0-9a-zA-Z]*]"));
        assertThat(createFunction(GOOD + ",\"VpcConfig\":{\"SubnetIds\":[\"bad-format\"]}"))
                .isEqualTo(
                        one("Value '[bad-format]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must "
                                + "satisfy constraint: [Member must have length less than or equal to 1024, Member must have "
                                + "length greater than or equal to 0, Member must satisfy regular expression pattern: "
                                + "subnet-[0-9a-z]*]"));
        assertThat(createFunction(GOOD + ",\"Layers\":[\"arn:aws:lambda:us-east-1:111111111111:layer:l\"]"))
                .isEqualTo(one("Value '[arn:aws:lambda:us-east-1:111111111111:layer:l]' at 'layers' failed to satisfy "
                        + "constraint: Member must satisfy constraint: [Member must have length less than or equal to "
                        + "2048, Member must have length greater than or equal to 1, Member must satisfy regular "
                        + "expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-"
                        + "[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:"
                        + "[a-zA-Z0-9-_]+), Member must not be null]"));
    }

    @Test
    void aNullInAListOrMapIsRefused() throws Exception {
        assertThat(createFunction(GOOD + ",\"Architectures\":[null]"))
                .isEqualTo(
                        one(
                                "Value '[null]' at 'architectures' failed to satisfy constraint: Member must satisfy "
                                        + "constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"));
        assertThat(createFunction(GOOD + ",\"Environment\":{\"Variables\":{\"KEY\":null}}"))
                .isEqualTo(one("Value at 'environment.variables' failed to satisfy constraint: Map value must satisfy "
                        + "constraint: [Member must not be null]"));
    }

    @Test
    void structuresInAListAreNumbered() throws Exception {
        assertThat(createFunction(GOOD + ",\"FileSystemConfigs\":[{\"Arn\":"
                        + "\"arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0\"}]"))
                .isEqualTo(one("Value null at 'fileSystemConfigs.1.member.localMountPath' failed to satisfy "
                        + "constraint: Member must not be null"));
    }

    /// github.com/trek10inc/serverless-secrets/issues/39: names of variables are sensitive, so the value is left out.
    @Test
    void aVariablesNameOfTheWrongFormIsNotRepeated() throws Exception {
        assertThat(createFunction(GOOD + ",\"Environment\":{\"Variables\":{\"_SECRET\":\"x\"}}"))
                .isEqualTo(one("Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy "
                        + "constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]"));
    }

    /// LocalStack's test_alias_routingconfig, held against AWS.
    @Test
    void aMapIsShownWholeWithEveryConstraintOfItsKeysOrValues() throws Exception {
        var exchange = new FakeExchange("POST", "/2015-03-31/functions/f/aliases")
                .body("{\"Name\":\"a\",\"FunctionVersion\":\"1\","
                        + "\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"non\":2.0}}}");

        assertThat(refusal("CreateAlias", CreateAliasRequest::builder, exchange))
                .isEqualTo("2 validation errors detected: Value '{non=2.0}' at "
                        + "'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must "
                        + "satisfy constraint: [Member must have length less than or equal to 1024, Member must have "
                        + "length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, "
                        + "Member must not be null]; Value '{non=2.0}' at 'routingConfig.additionalVersionWeights' "
                        + "failed to satisfy constraint: Map value must satisfy constraint: [Member must have value "
                        + "less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member "
                        + "must not be null]");
    }

    /// github.com/highsource/bitcoin-a-day/issues/1.
    @Test
    void onlyTheFirstLetterOfAPathIsLowered() throws Exception {
        assertThat(createFunction(GOOD + ",\"KMSKeyArn\":\"key\""))
                .isEqualTo(one(pattern("key", "kMSKeyArn", "(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()")));
    }

    @Test
    void aNumberOutOfItsRange() throws Exception {
        assertThat(createFunction(GOOD + ",\"MemorySize\":64,\"Timeout\":0"))
                .isEqualTo("2 validation errors detected: Value '0' at 'timeout' failed to satisfy constraint: Member "
                        + "must have value greater than or equal to 1; Value '64' at 'memorySize' failed to satisfy "
                        + "constraint: Member must have value greater than or equal to 128");
        assertThat(createFunction(GOOD + ",\"MemorySize\":40000"))
                .isEqualTo(one("Value '40000' at 'memorySize' failed to satisfy constraint: Member must have value "
                        + "less than or equal to 32768"));
    }

    @Test
    void whatIsRequiredMustBeThere() throws Exception {
        assertThat(refusal(
                        "UntagResource",
                        UntagResourceRequest::builder,
                        new FakeExchange(
                                "DELETE",
                                "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A111111111111%3Afunction%3Af")))
                .isEqualTo(one("Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"));
        assertThat(createFunction("\"FunctionName\":\"f\""))
                .isEqualTo(
                        "2 validation errors detected: Value null at 'role' failed to satisfy constraint: Member "
                                + "must not be null; Value null at 'code' failed to satisfy constraint: Member must not be null");
    }

    @Test
    void aTaggableResourceHasAPatternOfItsOwn() throws Exception {
        assertThat(refusal(
                        "ListTags",
                        ListTagsRequest::builder,
                        new FakeExchange("GET", "/2017-03-31/tags/arn%3Aaws%3Asomething")))
                .startsWith("1 validation error detected: Value 'arn:aws:something' at 'resource' failed to satisfy "
                        + "constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:")
                .endsWith("layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]"
                        + "{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:"
                        + "[a-zA-Z0-9-_]+)");
    }

    /// The service itself refuses a runtime, in words of its own.
    @Test
    void anUnknownRuntimeIsNotTheWiresAffair() throws Exception {
        var door = WireDoor.of(
                "lambda",
                "UpdateFunctionConfiguration",
                UpdateFunctionConfigurationRequest::builder,
                CreateFunctionResponse.builder().build());

        door.answer(new FakeExchange("PUT", "/2015-03-31/functions/f/configuration")
                .body("{\"Runtime\":\"non-existent-runtime\"}"));

        assertThat(door.input().runtimeAsString()).isEqualTo("non-existent-runtime");
    }

    @Test
    void logsCallsItAnInvalidParameter() throws Exception {
        var name = "X".repeat(513);
        var filters = WireDoor.of(
                "logs",
                "PutMetricFilter",
                PutMetricFilterRequest::builder,
                PutMetricFilterResponse.builder().build());
        var groups = WireDoor.of(
                "logs",
                "CreateLogGroup",
                CreateLogGroupRequest::builder,
                CreateLogGroupResponse.builder().build());

        var answered = filters.answer(new FakeExchange("POST", "/")
                .header("X-Amz-Target", "Logs_20140328.PutMetricFilter")
                .body("{\"logGroupName\":\"g\",\"filterName\":\"" + name
                        + "\",\"filterPattern\":\"\",\"metricTransformations\":[{\"metricName\":\"m\","
                        + "\"metricNamespace\":\"n\",\"metricValue\":\"1\"}]}"));

        assertThat(answered.status()).isEqualTo(400);
        assertThat(answered.text())
                .isEqualTo(
                        "{\"__type\":\"InvalidParameterException\",\"message\":\"1 validation error detected: Value '"
                                + name
                                + "' at 'filterName' failed to satisfy constraint: Member must have length less than or "
                                + "equal to 512\"}");
        assertThat(groups.answer(new FakeExchange("POST", "/")
                                .header("X-Amz-Target", "Logs_20140328.CreateLogGroup")
                                .body("{}"))
                        .text())
                .contains("Value null at 'logGroupName' failed to satisfy constraint: Member must not be null");
    }
}
