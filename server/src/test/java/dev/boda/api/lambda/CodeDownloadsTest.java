package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CodeDownloadsTest {

    private static final byte[] CODE = zip("app.py", "def handler(e, c): return 42");
    private static final String HOST = "http://localhost:4566";

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        lambda.create(function("hello", "Code", Map.of("ZipFile", base64(CODE))));
        lambda.settle();
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private String target() {
        var location = lambda.get(FUNCTIONS + "hello")
                .json()
                .get("Code")
                .get("Location")
                .asString();
        assertThat(location).startsWith(HOST + "/_boda/code/");
        return location.substring(HOST.length());
    }

    @Test
    void theLocationGivesTheZipAsItWasUploaded() {
        var download = lambda.get(target());
        assertThat(download.status()).isEqualTo(200);
        assertThat(download.body()).isEqualTo(CODE);
        assertThat(download.header("Content-Type")).isEqualTo("application/zip");
    }

    @Test
    void theLocationIsGoodForTenMinutes() {
        var target = target();
        lambda.pass(Duration.ofMinutes(10));
        assertThat(lambda.get(target).status()).isEqualTo(200);
        lambda.pass(Duration.ofSeconds(1));
        assertThat(lambda.get(target).status()).isEqualTo(403);
    }

    @Test
    void aLocationCannotBeMadeUp() {
        var target = target();
        int expires = target.indexOf("expires=") + "expires=".length();
        assertThat(lambda.get(target.substring(0, expires) + "9" + target.substring(expires))
                        .status())
                .isEqualTo(403);
        assertThat(lambda.get(target.replace("/code/", "/code/../")).status()).isEqualTo(403);
        var other = target.charAt(expires - "?expires=".length() - 1) == '0' ? "1" : "0";
        int end = target.indexOf('?');
        assertThat(lambda.get(target.substring(0, end - 1) + other + target.substring(end))
                        .status())
                .isEqualTo(403);
        assertThat(lambda.get(target.substring(0, end)).status()).isEqualTo(403);
    }
}
