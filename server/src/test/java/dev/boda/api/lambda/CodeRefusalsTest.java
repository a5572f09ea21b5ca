package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static dev.boda.api.lambda.Refusals.assertGateRefused;
import static dev.boda.api.lambda.Refusals.assertInvalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What AWS answers to code packages that it refuses.
final class CodeRefusalsTest {

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private Answered createWithCode(byte[] code) {
        return lambda.create(function("hello", "Code", Map.of("ZipFile", base64(code))));
    }

    @Test
    void whatIsNotAZipIsRefused() {
        assertInvalid(
                createWithCode("not a zip".getBytes(UTF_8)),
                "Could not unzip uploaded file. Please check your file, then try to upload again.");
    }

    @Test
    void aZipWithoutFilesIsRefused() throws Exception {
        var empty = new ByteArrayOutputStream();
        new ZipOutputStream(empty).close();
        assertInvalid(createWithCode(empty.toByteArray()), "Uploaded file must be a non-empty zip");
    }

    @Test
    void aZipThatWouldWriteOutsideItsFolderIsRefused() {
        assertInvalid(
                createWithCode(zip("../outside.py", "x")),
                "Could not unzip uploaded file. Please check your file, then try to upload again.");
    }

    @Test
    void aZipThatUnpacksToTooMuchIsRefused() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setLevel(1);
            var block = new byte[1 << 20];
            zip.putNextEntry(new ZipEntry("zeros"));
            for (int i = 0; i < 251; i++) {
                zip.write(block);
            }
        }
        assertInvalid(createWithCode(bytes.toByteArray()), "Unzipped size must be smaller than 262144000 bytes");
    }

    @Test
    void aZipOfMoreThanFiftyMegabytesIsRefused() {
        assertGateRefused(
                createWithCode(new byte[52_428_801]),
                413,
                "RequestEntityTooLargeException",
                "Zipped size must be smaller than 52428800 bytes");
    }

    @Test
    void aRequestThatCouldHoldNoAcceptableZipIsNotRead() {
        assertGateRefused(
                lambda.send(new FakeExchange("POST", "/2015-03-31/functions").body(new byte[70_167_212])),
                413,
                "RequestEntityTooLargeException",
                "Request must be smaller than 70167211 bytes for the CreateFunction operation");
    }

    @Test
    void aFunctionNeedsCode() {
        assertInvalid(lambda.create(function("hello", "Code", Map.of())), "Please provide a source for function code.");
        lambda.createReady("hello");
        assertInvalid(lambda.put(FUNCTIONS + "hello/code", Map.of()), "Please provide a source for function code.");
    }
}
