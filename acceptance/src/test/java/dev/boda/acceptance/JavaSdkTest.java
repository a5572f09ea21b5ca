package dev.boda.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.lambda.model.State;

/// What a person does with AWS's SDK for Java 2.
class JavaSdkTest {

    private static final String ROLE = "arn:aws:iam::123456789012:role/LambdaBasicRole";

    @TempDir
    private static Path data;

    private static BodaProcess boda;
    private static LambdaClient lambda;
    private static CloudWatchLogsClient logs;

    @BeforeAll
    static void start() throws IOException {
        boda = BodaProcess.start(data);
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
        lambda = LambdaClient.builder()
                .endpointOverride(boda.endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(credentials)
                .build();
        logs = CloudWatchLogsClient.builder()
                .endpointOverride(boda.endpoint())
                .region(Region.EU_WEST_1)
                .credentialsProvider(credentials)
                .build();
    }

    @AfterAll
    static void end() {
        lambda.close();
        logs.close();
        boda.close();
    }

    @Test
    void aFunctionIsCreatedRunChangedWatchedAndDeleted() throws IOException {
        create("life", "exports.handler = async (event) => { console.log('got', event); return event + 1; };");
        assertThat(lambda.waiter()
                        .waitUntilFunctionActiveV2(request -> request.functionName("life"))
                        .matched()
                        .response())
                .hasValueSatisfying(
                        found -> assertThat(found.configuration().state()).isEqualTo(State.ACTIVE));
        var answer = lambda.invoke(request -> request.functionName("life")
                .payload(SdkBytes.fromUtf8String("41"))
                .logType(LogType.TAIL));
        assertThat(answer.payload().asUtf8String()).isEqualTo("42");
        assertThat(answer.executedVersion()).isEqualTo("$LATEST");
        assertThat(answer.functionError()).isNull();

        var changed = lambda.updateFunctionCode(
                request -> request.functionName("life").zipFile(zip("exports.handler = async () => 'new';")));
        assertThat(changed.codeSha256()).isNotBlank();
        lambda.waiter().waitUntilFunctionUpdatedV2(request -> request.functionName("life"));
        assertThat(lambda.invoke(request -> request.functionName("life"))
                        .payload()
                        .asUtf8String())
                .isEqualTo("\"new\"");

        assertThat(logs.filterLogEventsPaginator(request ->
                                request.logGroupName("/aws/lambda/life").filterPattern("got"))
                        .events())
                .singleElement()
                .satisfies(event -> assertThat(event.message()).contains("\tINFO\tgot 41"));

        lambda.deleteFunction(request -> request.functionName("life"));
        assertThatThrownBy(() -> lambda.getFunction(request -> request.functionName("life")))
                .isInstanceOfSatisfying(ResourceNotFoundException.class, refusal -> {
                    assertThat(refusal.statusCode()).isEqualTo(404);
                    assertThat(refusal.type()).isEqualTo("User");
                    assertThat(refusal.awsErrorDetails().errorMessage())
                            .isEqualTo("Function not found: arn:aws:lambda:eu-west-1:000000000000:function:life");
                });
    }

    @Test
    void allFunctionsArePaged() throws IOException {
        var names = IntStream.range(0, 23).mapToObj("paged-%02d"::formatted).toList();
        for (var name : names) {
            create(name, "exports.handler = async () => 1;");
        }
        assertThat(lambda.listFunctionsPaginator(request -> request.maxItems(5)).functions().stream()
                        .map(FunctionConfiguration::functionName)
                        .filter(name -> name.startsWith("paged-")))
                .containsExactlyElementsOf(names);
    }

    private static void create(String name, String source) throws IOException {
        var code = zip(source);
        lambda.createFunction(request -> request.functionName(name)
                .runtime(Runtime.NODEJS20_X)
                .role(ROLE)
                .handler("index.handler")
                .code(to -> to.zipFile(code)));
    }

    private static SdkBytes zip(String source) {
        var bytes = new ByteArrayOutputStream();
        try (var archive = new ZipArchiveOutputStream(bytes)) {
            archive.putArchiveEntry(new ZipArchiveEntry("index.js"));
            archive.write(source.getBytes(StandardCharsets.UTF_8));
            archive.closeArchiveEntry();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return SdkBytes.fromByteArray(bytes.toByteArray());
    }
}
