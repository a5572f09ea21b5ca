package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ACCOUNT;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.REGION;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static dev.boda.api.lambda.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.Origin;
import dev.boda.code.live.LiveFolders;
import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Code in a folder, through the API.
final class LiveCodeTest {

    private static final String DENIED =
            "The bucket hot-reload names folders of the machine that Boda runs on. It is not"
                    + " open to calls from inside an execution environment, nor to credentials of a function's role, whatever they"
                    + " permit.";

    private Path source;
    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        var root = temporary.toRealPath();
        source = Files.createDirectories(root.resolve("pro ject/src"));
        var data = Files.createDirectories(root.resolve("data"));
        lambda = new LambdaUnderTest(data, 1 << 20, LiveFolders.of(List.of(source.getParent()), data, false));
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private Map<String, Object> folder(Object path) {
        return Map.of("S3Bucket", "hot-reload", "S3Key", path.toString());
    }

    private void createLive() {
        var created = lambda.create(function("hello", "Code", folder(source)));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        lambda.settle();
    }

    private Answered update(Map<String, ?> members) {
        return lambda.put(FUNCTIONS + "hello/code", members);
    }

    @Test
    void aFunctionOfAFolderIsShownWithIt() {
        createLive();
        var shown = lambda.get(FUNCTIONS + "hello").json();
        assertThat(shown.at("/Code/Location").asString())
                .isEqualTo("file://" + source.toString().replace(" ", "%20"));
        assertThat(shown.at("/Code/RepositoryType").asString()).isEqualTo("S3");
        assertThat(shown.at("/Configuration/CodeSize").asInt()).isZero();
        assertThat(shown.at("/Configuration/CodeSha256").asString()).hasSize(44);
        assertThat(shown.at("/Configuration/State").asString()).isEqualTo("Active");
    }

    @Test
    void aPackageBecomesAFolderAndAFolderAPackage() {
        lambda.createReady("hello");
        var zip = lambda.get(FUNCTIONS + "hello").json();
        assertThat(update(folder(source)).status()).isEqualTo(200);
        lambda.settle();
        assertThat(lambda.get(FUNCTIONS + "hello").json().at("/Code/Location").asString())
                .startsWith("file://");
        assertThat(lambda.get("/2016-08-19/account-settings")
                        .json()
                        .at("/AccountUsage/TotalCodeSize")
                        .asLong())
                .isZero();

        var back = Map.of("ZipFile", base64(zip("app.py", "def handler(e, c): return e")));
        assertThat(update(back).status()).isEqualTo(200);
        lambda.settle();
        var again = lambda.get(FUNCTIONS + "hello").json();
        assertThat(again.at("/Configuration/CodeSha256")).isEqualTo(zip.at("/Configuration/CodeSha256"));
        assertThat(again.at("/Code/Location").asString()).startsWith("http://");
        assertThat(lambda.retired).hasSize(2);
    }

    @Test
    void aDryRunSaysWhetherTheFolderMayBe() {
        createLive();
        assertThat(update(Map.of("S3Bucket", "hot-reload", "S3Key", source.toString(), "DryRun", true))
                        .status())
                .isEqualTo(200);
        assertInvalid(
                update(Map.of("S3Bucket", "hot-reload", "S3Key", source + "/none", "DryRun", true)),
                "There is no folder " + source + "/none. Make it, or correct the S3Key.");
    }

    @Test
    void whatMayNotBeCodeIsRefused() {
        assertInvalid(
                lambda.create(function("hello", "Code", folder(source + "/none"))),
                "There is no folder " + source + "/none. Make it, or correct the S3Key.");
        assertInvalid(
                lambda.create(function("hello", "Code", Map.of("S3Bucket", "hot-reload"))),
                "The folder of the code is named by its absolute path, such as /home/me/project/src, as the S3Key of the"
                        + " bucket hot-reload, not ''.");
        assertInvalid(
                lambda.create(function(
                        "hello",
                        "Code",
                        Map.of(
                                "S3Bucket",
                                "hot-reload",
                                "S3Key",
                                source.toString(),
                                "ZipFile",
                                base64(zip("a", "b"))))),
                "Please do not provide other FunctionCode parameters when providing a ZipFile.");
        assertInvalid(
                lambda.create(function(
                        "hello",
                        "Code",
                        Map.of("S3Bucket", "hot-reload", "S3Key", source.toString(), "S3ObjectVersion", "1"))),
                "Boda does not support S3ObjectVersion yet; see docs/parity.md");
        assertInvalid(
                lambda.post("/2018-10-31/layers/l/versions", Map.of("Content", folder(source))),
                "Boda does not support S3Bucket yet; see docs/parity.md");
        assertThat(lambda.get(FUNCTIONS + "hello").status()).isEqualTo(404);
    }

    @Test
    void aVersionIsNotPublished() {
        var sentence = "A version never changes, and the code of this function is the folder " + source
                + " (S3Bucket hot-reload), which may. Upload the code as a zip with UpdateFunctionCode to publish a"
                + " version.";
        assertInvalid(lambda.create(function("hello", "Code", folder(source), "Publish", true)), sentence);
        createLive();
        assertInvalid(lambda.post(FUNCTIONS + "hello/versions", Map.of()), sentence);
        assertInvalid(update(Map.of("S3Bucket", "hot-reload", "S3Key", source.toString(), "Publish", true)), sentence);
    }

    @Test
    void aCallFromInsideAnEnvironmentIsRefused() throws Exception {
        var exchange = new FakeExchange("POST", "/2015-03-31/functions")
                .body(new JsonMapper().writeValueAsBytes(function("hello", "Code", folder(source))))
                .header("Host", "localhost:4566")
                .signed(ACCOUNT, REGION, "lambda");
        lambda.door().handle(exchange, new Origin("an environment", Map.of()));
        assertRefused(exchange.answered(), 403, "AccessDeniedException", DENIED);
        assertThat(lambda.get(FUNCTIONS + "hello").status()).isEqualTo(404);
    }

    @Test
    void aCallWithARolesCredentialsIsRefused() {
        createLive();
        lambda.roles.add(ACCOUNT);
        assertRefused(update(folder(source)), 403, "AccessDeniedException", DENIED);
        assertRefused(
                update(Map.of("S3Bucket", "hot-reload", "S3Key", source.toString(), "DryRun", true)),
                403,
                "AccessDeniedException",
                DENIED);
    }
}
