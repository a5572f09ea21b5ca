package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A member without an effect is refused by its name, unless it asks for nothing.
final class UnbuiltMembersTest {

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        "CapacityProviderConfig",
                        Map.of(
                                "LambdaManagedInstancesCapacityProviderConfig",
                                Map.of(
                                        "CapacityProviderArn",
                                        "arn:aws:lambda:us-east-1:111111111111:capacity-provider:x"))),
                Arguments.of("DeadLetterConfig", Map.of("TargetArn", "arn:aws:sqs:us-east-1:111111111111:queue")),
                Arguments.of("DurableConfig", Map.of("ExecutionTimeout", 10)),
                Arguments.of(
                        "FileSystemConfigs",
                        List.of(Map.of(
                                "Arn",
                                "arn:aws:elasticfilesystem:us-east-1:111111111111:access-point/fsap-01234567890123456",
                                "LocalMountPath",
                                "/mnt/x"))),
                Arguments.of("ImageConfig", Map.of("Command", List.of("x"))),
                Arguments.of("PublishTo", "LATEST_PUBLISHED"),
                Arguments.of("SnapStart", Map.of("ApplyOn", "PublishedVersions")),
                Arguments.of("TenancyConfig", Map.of("TenantIsolationMode", "PER_TENANT")),
                Arguments.of("VpcConfig", Map.of("SubnetIds", List.of("subnet-1"))));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aMemberWithoutAnEffectIsRefusedByName(String member, Object value) {
        var answer = lambda.create(function("hello", member, value));
        assertThat(answer.json().get("message").asString())
                .isEqualTo("Boda does not support " + member + " yet; see docs/parity.md");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("InvalidParameterValueException");
    }

    @Test
    void ofAMemberThatIsBuiltForOtherValuesTheValueIsNamed() {
        assertThat(lambda.create(function("hello", "Architectures", List.of("arm64")))
                        .text())
                .contains("Boda does not support Architectures arm64 yet; see docs/parity.md");
        assertThat(lambda.create(function("hello", "PackageType", "Image")).text())
                .contains("Boda does not support PackageType Image yet; see docs/parity.md");
    }

    @Test
    void codeFromElsewhereIsRefusedByName() {
        assertThat(lambda.create(function("hello", "Code", Map.of("S3Bucket", "bucket", "S3Key", "key")))
                        .text())
                .contains("Boda does not support S3Bucket yet");
        lambda.createReady("hello");
        assertThat(lambda.put(FUNCTIONS + "hello/code", Map.of("ImageUri", "registry/x:1"))
                        .text())
                .contains("Boda does not support ImageUri yet");
    }

    @Test
    void updatesAreRefusedByNameToo() {
        lambda.createReady("hello");
        assertThat(lambda.put(
                                FUNCTIONS + "hello/configuration",
                                Map.of("SnapStart", Map.of("ApplyOn", "PublishedVersions")))
                        .text())
                .contains("Boda does not support SnapStart yet");
        assertThat(lambda.invoke("hello", new byte[0], "X-Amz-Tenant-Id", "t").text())
                .contains("Boda does not support TenantId yet");
    }

    @Test
    void aMemberThatAsksForNothingIsAccepted() {
        var answer = lambda.create(function(
                "hello",
                "Architectures",
                List.of("x86_64"),
                "DeadLetterConfig",
                Map.of(),
                "FileSystemConfigs",
                List.of(),
                "KMSKeyArn",
                "",
                "Layers",
                List.of(),
                "LoggingConfig",
                Map.of("LogFormat", "Text", "LogGroup", "/aws/lambda/hello"),
                "PackageType",
                "Zip",
                "SnapStart",
                Map.of("ApplyOn", "None"),
                "Tags",
                Map.of(),
                "TracingConfig",
                Map.of("Mode", "PassThrough"),
                "VpcConfig",
                Map.of("SubnetIds", List.of(), "SecurityGroupIds", List.of())));
        assertThat(answer.text()).contains("\"State\":\"Pending\"");
    }

    @Test
    void aMemberOfANewerModelIsRefusedByNameAndAnUnknownOneIgnored() {
        for (var member : List.of("AcceleratorConfig", "RuntimeConfig")) {
            assertThat(lambda.create(function("hello", member, Map.of("Any", "thing")))
                            .text())
                    .contains("Boda does not support " + member + " yet");
        }
        assertThat(lambda.create(function("hello", "Unheard", Map.of("Of", 1))).status())
                .isEqualTo(201);
        assertThat(lambda.put(FUNCTIONS + "hello/code", Map.of("S3ObjectStorageMode", "REFERENCE"))
                        .text())
                .contains("Boda does not support S3ObjectStorageMode yet");
        assertThat(lambda.post(FUNCTIONS + "hello/versions", Map.of("PublishTo", "LATEST_PUBLISHED"))
                        .text())
                .contains("Boda does not support PublishTo yet");
    }
}
