package dev.boda.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignerTest {

    /// AWS's own test suite of Signature Version 4, `get-vanilla`.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-test-suite.html>
    @Test
    void itSignsAsAwsDoes() {
        var signer = new Signer("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "us-east-1", "service");
        var request = new Request("GET", "/", List.of(), new byte[0]);
        assertThat(signer.authorization(request, "example.amazonaws.com", "20150830T123600Z"))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                        + " SignedHeaders=host;x-amz-date,"
                        + " Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    /// As botocore signs it.
    @Test
    void headersAreSignedInOrderAndWithTheBody() {
        var signer = new Signer("test", "test", "us-east-1", "logs");
        var request = new Request(
                "POST",
                "/",
                List.of(
                        new Request.Header("content-type", "application/x-amz-json-1.1"),
                        new Request.Header("x-amz-target", "Logs_20140328.DescribeLogGroups")),
                "{}".getBytes(StandardCharsets.UTF_8));
        assertThat(signer.authorization(request, "127.0.0.1:4566", "20260131T120000Z"))
                .contains("SignedHeaders=content-type;host;x-amz-date;x-amz-target")
                .endsWith("Signature=72466b2d46b21a4c0d1acd0dfe10628aa5e4951165bfe326ee5e00385b982a30");
    }

    /// As botocore signs it.
    @Test
    void aQueryIsSigned() {
        var signer = new Signer("test", "test", "us-east-1", "lambda");
        var request = new Request("GET", "/2015-03-31/functions/?Marker=AbC_-9", List.of(), new byte[0]);
        assertThat(signer.authorization(request, "127.0.0.1:4566", "20260131T120000Z"))
                .endsWith("Signature=f3b934b5d0c8456f2e4f5e8ab09f5e8c71f6c7da67a35fbd82820070bb8556f8");
    }

    @Test
    void anotherDayHasAnotherKey() {
        var signer = new Signer("test", "test", "us-east-1", "lambda");
        var request = Request.invoke("f", new byte[0]);
        var first = signer.authorization(request, "h", "20260131T235959Z");
        var second = signer.authorization(request, "h", "20260201T000000Z");
        assertThat(second).isNotEqualTo(first);
        assertThat(new Signer("test", "test", "us-east-1", "lambda").authorization(request, "h", "20260201T000000Z"))
                .isEqualTo(second);
    }

    @Test
    void aPathThatWouldHaveToBeEscapedIsRefused() {
        assertThatThrownBy(() -> Request.invoke("f:live", new byte[0])).hasMessageContaining("escaped");
    }
}
