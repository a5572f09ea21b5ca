package dev.boda.functionurl;

import static dev.boda.functionurl.UrlServer.PRELUDE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.http.HttpHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What functions answer, and what of it makes HTTP.
final class FunctionAnswerTest {

    private static UrlAnswer of(String answer) throws MalformedAnswerException {
        return FunctionAnswer.of("application/json", answer.getBytes(UTF_8));
    }

    private static String text(UrlAnswer answer) {
        return new String(answer.body(), UTF_8);
    }

    private static HttpHeaders headers(UrlAnswer answer) {
        return answer.headers().build();
    }

    /// LocalStack's `test_lambda_url_invocation`, validated against AWS.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"hello\": \"world\"} | {\"hello\":\"world\"}",
                "[\"hello\", 3, true] | [\"hello\",3,true]",
                "\"hello\" | hello",
                "\"a \\\"b\\\"\" | a \"b\"",
                "3 | 3",
                "3.10 | 3.10",
                "true | true",
                "null | null",
                "{\"a\" : \" b \\\" c \" } | {\"a\":\" b \\\" c \"}",
                "{\"statusCode\": null, \"body\": 1} | {\"statusCode\":null,\"body\":1}",
                "`` | ``"
            })
    void whatIsNoResponseIsTheBody(String answer, String body) throws Exception {
        var understood = of(answer);
        assertThat(understood.status()).isEqualTo(200);
        assertThat(headers(understood).all("Content-Type")).containsExactly("application/json");
        assertThat(text(understood)).isEqualTo(body);
    }

    @Test
    void aResponseHasStatusHeadersCookiesAndBody() throws Exception {
        var answer = of("""
                {"statusCode": 201, "headers": {"content-TYPE": "text/html", "X-Number": 3, "X-True": true,
                 "X-List": ["a", 2], "X-None": null}, "cookies": ["a=1; Path=/", "b=2"], "body": "<p>hi"}""");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(text(answer)).isEqualTo("<p>hi");
        assertThat(headers(answer).toString())
                .isEqualTo("[content-TYPE, text/html, X-Number, 3, X-True, true, X-List, a,2, Set-Cookie, a=1; Path=/,"
                        + " Set-Cookie, b=2]");
    }

    @ParameterizedTest
    @CsvSource({"200,200", "\"418\",418", "599,599", "204,204", "301,301"})
    void theStatusIsANumberOrOneInQuotes(String status, int code) throws Exception {
        assertThat(of("{\"statusCode\": " + status + "}").status()).isEqualTo(code);
    }

    @Test
    void withoutATypeItIsJsonAndWithoutABodyEmpty() throws Exception {
        var answer = of("{\"statusCode\": 404}");
        assertThat(headers(answer).first("Content-Type")).contains("application/json");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aBodyMayBeBase64OrJson() throws Exception {
        assertThat(of("{\"statusCode\": 200, \"isBase64Encoded\": true, \"body\": \"/wA=\"}")
                        .body())
                .containsExactly(0xff, 0);
        assertThat(text(of("{\"statusCode\": 200, \"body\": {\"a\": [1, 2]}}"))).isEqualTo("{\"a\":[1,2]}");
    }

    /// The server says its own length and date, and keeps the connection as it likes.
    @Test
    void headersOfTheConnectionAreNotTheFunctions() throws Exception {
        var answer = of("""
                {"statusCode": 200, "headers": {"Connection": "close", "Content-Length": "3", "Date": "never",
                 "Server": "mine", "WWW-Authenticate": "Basic", "Transfer-Encoding": "chunked",
                 "X-Amzn-RequestId": "x", "ETag": "e"}}""");
        assertThat(headers(answer).toString())
                .isEqualTo("[x-amzn-Remapped-connection, close, x-amzn-Remapped-content-length, 3,"
                        + " x-amzn-Remapped-date, never, x-amzn-Remapped-server, mine,"
                        + " x-amzn-Remapped-www-authenticate, Basic, ETag, e, Content-Type, application/json]");
    }

    @Test
    void headersBeyondAsciiAreUtf8() throws Exception {
        var answer = of("{\"statusCode\": 200, \"headers\": {\"X-Size\": \"größer\"}}");
        assertThat(headers(answer).first("X-Size")).contains(new String("größer".getBytes(UTF_8), ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "{\"statusCode\": 200",
                "{} {}",
                "{\"statusCode\": \"abc\"}",
                "{\"statusCode\": 99}",
                "{\"statusCode\": 600}",
                "{\"statusCode\": 101}",
                "{\"statusCode\": 200.5}",
                "{\"statusCode\": true}",
                "{\"statusCode\": {}}",
                "{\"statusCode\": 200, \"headers\": []}",
                "{\"statusCode\": 200, \"headers\": \"a\"}",
                "{\"statusCode\": 200, \"headers\": {\"a\": {}}}",
                "{\"statusCode\": 200, \"headers\": {\"a b\": \"c\"}}",
                "{\"statusCode\": 200, \"headers\": {\"a\": \"b\\r\\nc: d\"}}",
                "{\"statusCode\": 200, \"cookies\": \"a=1\"}",
                "{\"statusCode\": 200, \"cookies\": [{}]}",
                "{\"statusCode\": 200, \"isBase64Encoded\": true, \"body\": \"a?b\"}",
                "{\"statusCode\": 200, \"isBase64Encoded\": true, \"body\": \"abcde\"}",
                "{\"statusCode\": 200, \"isBase64Encoded\": \"yes\", \"body\": \"abcd\"}"
            })
    void whatMakesNoHttpIsMalformed(String answer) {
        assertThatThrownBy(() -> of(answer)).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void aPreludeHasStatusHeadersAndCookies() throws Exception {
        var answer = FunctionAnswer.of(
                PRELUDE,
                "{\"statusCode\": 418, \"headers\": {\"X-A\": \"b\"}, \"cookies\": [\"c=d\"]}\0\0\0\0\0\0\0\0tea\0"
                        .getBytes(UTF_8));
        assertThat(answer.status()).isEqualTo(418);
        assertThat(text(answer)).isEqualTo("tea\0");
        assertThat(headers(answer).toString())
                .isEqualTo("[X-A, b, Set-Cookie, c=d, Content-Type, application/octet-stream]");
    }

    @Test
    void nothingAtAllIsAnEmptyAnswer() throws Exception {
        var answer = FunctionAnswer.of(PRELUDE, new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(headers(answer).toString()).isEqualTo("[Content-Type, application/octet-stream]");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{}\0\0\0\0\0\0\0", "x\0\0\0\0\0\0\0\0", "[]\0\0\0\0\0\0\0\0"})
    void aPreludeThatIsNoneIsMalformed(String answer) {
        assertThatThrownBy(() -> FunctionAnswer.of(PRELUDE, answer.getBytes(UTF_8)))
                .isInstanceOf(MalformedAnswerException.class);
    }
}
