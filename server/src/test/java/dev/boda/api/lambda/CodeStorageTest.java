package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange.Answered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much code an account may have.
final class CodeStorageTest {

    private static final long CODE_STORAGE_BYTES = 1L << 20;

    private LambdaUnderTest lambda;
    private Path folder;

    @BeforeEach
    void open(@TempDir Path temporary) {
        folder = temporary;
        lambda = new LambdaUnderTest(temporary, CODE_STORAGE_BYTES);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private static Map<String, Object> code(int bytes, long seed) {
        var random = new Random(seed);
        var text = new StringBuilder();
        while (text.length() < bytes) {
            text.append((char) (32 + random.nextInt(90)));
        }
        return Map.of("ZipFile", base64(zip("app.py", text.toString())));
    }

    private static void assertRefused(Answered answer) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("CodeStorageExceededException");
        assertThat(answer.text()).contains("\"Code storage limit exceeded.\"", "\"Type\":\"User\"");
    }

    private long used() {
        var settings = lambda.get("/2016-08-19/account-settings").json();
        assertThat(settings.get("AccountLimit").get("TotalCodeSize").asLong()).isEqualTo(CODE_STORAGE_BYTES);
        return settings.get("AccountUsage").get("TotalCodeSize").asLong();
    }

    /// Every file that the code store has, also half written ones.
    private List<Path> packages() throws IOException {
        try (var files = Files.walk(folder.resolve("code"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void codeForWhichThereIsNoRoomIsRefusedAndNotKept() throws IOException {
        lambda.createReady("a");
        long before = used();

        assertRefused(lambda.create(function("b", "Code", code((int) CODE_STORAGE_BYTES * 2, 1))));
        assertRefused(lambda.put(FUNCTIONS + "a/code", code((int) CODE_STORAGE_BYTES * 2, 2)));

        assertThat(used()).isEqualTo(before);
        assertThat(lambda.get(FUNCTIONS + "b").status()).isEqualTo(404);
        assertThat(packages()).hasSize(1);
    }

    @Test
    void deletingAFunctionMakesRoom() {
        lambda.createReady("a");
        int most = (int) (CODE_STORAGE_BYTES * 0.9);
        assertThat(lambda.create(function("b", "Code", code(most, 1))).status()).isEqualTo(201);
        lambda.settle();
        assertRefused(lambda.create(function("c", "Code", code(most, 2))));
        lambda.delete(FUNCTIONS + "b");
        assertThat(lambda.create(function("c", "Code", code(most, 2))).status()).isEqualTo(201);
    }

    @Test
    void codeOfARequestThatIsRefusedForAnotherReasonIsNotKeptEither() throws IOException {
        lambda.createReady("a");
        var dryRun =
                Map.<String, Object>of("DryRun", true, "ZipFile", code(1_000, 3).get("ZipFile"));
        assertThat(lambda.put(FUNCTIONS + "a/code", dryRun).status()).isEqualTo(200);
        lambda.database.close();
        lambda.put(FUNCTIONS + "a/code", code(1_000, 4));
        assertThat(packages()).hasSize(1);
    }
}
