package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LayersUnderTest.LAYERS;
import static dev.boda.api.lambda.LayersUnderTest.LAYER_ARN;
import static dev.boda.api.lambda.Refusals.assertGateRefused;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static dev.boda.api.lambda.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What AWS refuses of layers, in its sentences.
final class LayerRefusalsTest {

    private static final String NO_RESOURCE = "The resource you requested does not exist.";
    private static final String REVISION = "The Revision Id provided does not match the latest Revision Id. Call the"
            + " GetLayerPolicy API to retrieve the latest Revision Id";

    private LambdaUnderTest lambda;
    private LayersUnderTest layers;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        layers = new LayersUnderTest(lambda);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    @Test
    void aVersionThatIsNotThereIsRefused() {
        layers.published("l");
        assertRefused(lambda.get(LAYERS + "l/versions/2"), 404, "ResourceNotFoundException", NO_RESOURCE);
        assertRefused(
                lambda.get("/2018-10-31/layers?find=LayerVersion&Arn=" + LAYER_ARN + "m:1"),
                404,
                "ResourceNotFoundException",
                NO_RESOURCE);
        assertInvalid(lambda.get(LAYERS + "l/versions/0"), "Layer Version Cannot be less than 1");
        assertInvalid(lambda.get(LAYERS + "l/versions?Marker=x"), "The provided Marker is not valid.");
    }

    @Test
    void contentThatIsNoneIsRefused() {
        assertInvalid(
                layers.publish("l", "Content", Map.of("S3Bucket", "bucket", "S3Key", "key")),
                "Boda does not support S3Bucket yet; see docs/parity.md");
        assertInvalid(
                layers.publish("l", "Content", Map.of("ZipFile", LambdaUnderTest.base64(new byte[] {1, 2}))),
                "Could not unzip uploaded file. Please check your file, then try to upload again.");
        assertThat(lambda.get("/2018-10-31/layers").json().get("Layers")).isEmpty();
    }

    @Test
    void aRuntimeThatIsNoneIsRefused() {
        var refused = layers.publish("l", "CompatibleRuntimes", List.of("python3.12", "cobol"));
        assertThat(refused.text())
                .contains("1 validation error detected: Value '[python3.12, cobol]' at 'compatibleRuntimes' failed to")
                .contains("Member must satisfy constraint: [Member must satisfy enum value set: [dotnet10, ")
                .contains("], Member must not be null]");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(lambda.get(LAYERS + "l/versions?CompatibleRuntime=cobol").text())
                .contains(
                        "Value 'cobol' at 'compatibleRuntime' failed to satisfy constraint: Member must satisfy enum");
    }

    @Test
    void policiesRefuseAsRecorded() {
        layers.published("l");
        var gone = "Layer version " + LAYER_ARN + "l:2 does not exist.";
        assertRefused(layers.permit("l", 2, "s1", "*"), 404, "ResourceNotFoundException", gone);
        assertRefused(lambda.get(LAYERS + "l/versions/2/policy"), 404, "ResourceNotFoundException", gone);
        assertRefused(lambda.delete(LAYERS + "l/versions/2/policy/s1"), 404, "ResourceNotFoundException", gone);
        assertRefused(
                lambda.get(LAYERS + "l/versions/1/policy"),
                404,
                "ResourceNotFoundException",
                "No policy is associated with the given resource.");

        layers.permit("l", 1, "s1", "*");
        assertRefused(
                layers.permit("l", 1, "s1", "*"),
                409,
                "ResourceConflictException",
                "The statement id (s1) provided already exists. Please provide a new statement id, or remove the"
                        + " existing statement.");
        assertRefused(
                lambda.delete(LAYERS + "l/versions/1/policy/s2"),
                404,
                "ResourceNotFoundException",
                "Statement s2 is not found in resource policy.");
        assertRefused(
                lambda.delete(LAYERS + "l/versions/1/policy/s1?RevisionId=wrong"),
                412,
                "PreconditionFailedException",
                REVISION);
        assertRefused(
                lambda.post(
                        LAYERS + "l/versions/1/policy?RevisionId=wrong",
                        Map.of("StatementId", "s2", "Action", "lambda:GetLayerVersion", "Principal", "*")),
                412,
                "PreconditionFailedException",
                REVISION);
    }

    @Test
    void aPolicyIsShownAsAwsShowsItAndGoesWithItsLastStatement() {
        layers.published("l");
        var added = layers.permit("l", 1, "s1", "*");
        assertThat(added.status()).isEqualTo(201);
        var statement =
                "{\"Sid\":\"s1\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:GetLayerVersion\","
                        + "\"Resource\":\"" + LAYER_ARN + "l:1\"}";
        assertThat(added.json().get("Statement").asString()).isEqualTo(statement);
        var policy = lambda.get(LAYERS + "l/versions/1/policy").json();
        assertThat(policy.get("Policy").asString())
                .isEqualTo("{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[" + statement + "]}");
        assertThat(policy.get("RevisionId")).isEqualTo(added.json().get("RevisionId"));

        var revision = policy.get("RevisionId").asString();
        assertThat(lambda.delete(LAYERS + "l/versions/1/policy/s1?RevisionId=" + revision)
                        .status())
                .isEqualTo(204);
        assertThat(lambda.get(LAYERS + "l/versions/1/policy").status()).isEqualTo(404);
    }

    @Test
    void aFunctionsLayersAreRefusedAsRecorded() {
        var first = layers.published("l");
        var second = layers.published("l");
        assertInvalid(create(List.of(LAYER_ARN + "m:1")), "Layer version " + LAYER_ARN + "m:1 does not exist.");
        assertInvalid(
                create(List.of(first, second)),
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                        + first + " and " + second + " are versions of the same layer.");
        assertInvalid(
                create(List.of("arn:aws:lambda:eu-west-1:111111111111:layer:l:1")),
                "Layers are not in the same region as the function. Layers are expected to be in region us-east-1.");
        var six = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            six.add(layers.published("l" + i));
        }
        assertInvalid(create(six), "Cannot reference more than 5 layers.");
        assertThat(lambda.get(FUNCTIONS + "f").status()).isEqualTo(404);

        lambda.create(function("f"));
        lambda.settle();
        assertInvalid(
                lambda.put(FUNCTIONS + "f/configuration", Map.of("Layers", List.of(LAYER_ARN + "m:1"))),
                "Layer version " + LAYER_ARN + "m:1 does not exist.");
    }

    @Test
    void aLayerOfAnotherAccountIsRefusedWithoutItsPermission() {
        var arn = "arn:aws:lambda:us-east-1:222222222222:layer:l:1";
        assertGateRefused(
                create(List.of(arn)),
                403,
                "AccessDeniedException",
                "User: arn:aws:iam::111111111111:root is not authorized to perform: lambda:GetLayerVersion on resource: "
                        + arn + " because no resource-based policy allows the lambda:GetLayerVersion action");
        assertThat(lambda.send(new FakeExchange(
                                "GET", LAYERS + "arn%3Aaws%3Alambda%3Aus-east-1%3A222222222222%3Alayer%3Al/versions"))
                        .status())
                .isEqualTo(403);
    }

    private Answered create(List<String> arns) {
        return lambda.create(function("f", "Layers", arns));
    }
}
