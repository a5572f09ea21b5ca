package dev.boda.aws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cases of AWS's Signature Version 4 test suite, and what its services' paths need beyond them.
final class CanonicalRequestTest {

    private static SignatureV4 signature(String... headers) {
        return new SignatureV4("AKIDEXAMPLE", "20150830", "us-east-1", "service", List.of(headers), "", false);
    }

    private static List<String> lines(FakeExchange exchange, String... headers) {
        return new String(CanonicalRequest.of(exchange, signature(headers), "HASH"), ISO_8859_1)
                .lines()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /                       | /
            /./                     | /
            //                      | /
            /example/..             | /
            /example1/example2/../.. | /
            //example//             | /example/
            /./example              | /example
            /-._~0189AZaz           | /-._~0189AZaz
            /example%20space/       | /example%2520space/
            /a:b                    | /a%3Ab
            /a%3Ab                  | /a%253Ab
            /a+b*c                  | /a%2Bb%2Ac
            """)
    void thePathIsNormalizedAndEncodedOnceMore(String sent, String canonical) {
        assertThat(lines(new FakeExchange("GET", sent), "host").get(1)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Param2=value2&Param1=value1             | Param1=value1&Param2=value2
            Param1=value2&Param1=Value1             | Param1=Value1&Param1=value2
            Param-3=Value3&Param=Value2&%E1%88%B4=Value1 | %E1%88%B4=Value1&Param=Value2&Param-3=Value3
            a&b=                                    | a=&b=
            a=x+y&b=x%20y&c=%7e%2f                  | a=x%20y&b=x%20y&c=~%2F
            X-Amz-Signature=abc&X-Amz-Date=1        | X-Amz-Date=1
            """)
    void theQueryIsSortedAndEncodedAnew(String sent, String canonical) {
        assertThat(lines(new FakeExchange("GET", "/?" + sent), "host").get(2)).isEqualTo(canonical);
    }

    @Test
    void headersAreTrimmedAndJoined() {
        var exchange = new FakeExchange("GET", "/")
                .header("Host", "example.amazonaws.com")
                .header("My-Header1", " value1")
                .header("My-Header2", " \"a   b   c\"")
                .header("my-header1", "value3");
        assertThat(lines(exchange, "host", "my-header1", "my-header2"))
                .containsExactly(
                        "GET",
                        "/",
                        "",
                        "host:example.amazonaws.com",
                        "my-header1:value1,value3",
                        "my-header2:\"a b c\"",
                        "",
                        "host;my-header1;my-header2",
                        "HASH");
    }

    /// `get-vanilla` of the suite.
    @Test
    void theSuitesSignatureComesOut() {
        var exchange = new FakeExchange("GET", "/")
                .header("Host", "example.amazonaws.com")
                .header("X-Amz-Date", "20150830T123600Z");
        var signature = signature("host", "x-amz-date");
        var request = CanonicalRequest.of(exchange, signature, Sha256.hex(new byte[0]));
        assertThat(Sha256.hex(request)).isEqualTo("bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63");
        var toSign =
                "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n" + Sha256.hex(request);
        var keys = new SigningKeys();
        for (int again = 0; again < 2; again++) {
            assertThat(HexFormat.of()
                            .formatHex(keys.sign("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", signature, toSign)))
                    .isEqualTo("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        }
    }
}
