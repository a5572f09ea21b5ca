package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Events against those that AWS made: of the developer guide, and captured ones.
final class EventPayloadTest {

    private final UrlUnderTest url = new UrlUnderTest();

    /// The request of hotsock/voker's capture of July 2026, but for TLS.
    private static FakeExchange captured() {
        return UrlUnderTest.post("/capture/space%20value?repeat=one&repeat=two"
                        + "&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=")
                .header("Accept", "*/*")
                .header("Content-Length", "66")
                .header("Content-Type", "application/json")
                .header("Cookie", "session=abc123; theme=dark")
                .header("Connection", "keep-alive")
                .header("User-Agent", "curl/8.7.1")
                .header("X-Voker-Probe", "first")
                .header("X-Voker-Probe", "second")
                .body("{\"message\":\"hello from the public internet\",\"unicode\":\"lambda-λ\"}");
    }

    @Test
    void anEventIsAsAwsMakesIt() throws Exception {
        var event = url.event(captured());
        var id = url.invoked.getLast().requestId();
        var root = url.invoked.getLast().traceHeader().replaceAll(";.*", "");
        assertThat(event).isEqualTo(JsonMapper.shared().readTree("""
                {
                  "version": "2.0",
                  "routeKey": "$default",
                  "rawPath": "/capture/space%20value",
                  "rawQueryString": "repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb\
                &literalPlus=a+b&encodedPlus=a%2Bb&empty=",
                  "cookies": ["session=abc123", "theme=dark"],
                  "headers": {
                    "host": "HOST",
                    "accept": "*/*",
                    "content-length": "66",
                    "content-type": "application/json",
                    "cookie": "session=abc123; theme=dark",
                    "user-agent": "curl/8.7.1",
                    "x-voker-probe": "first,second",
                    "x-forwarded-for": "127.0.0.1",
                    "x-forwarded-port": "80",
                    "x-forwarded-proto": "http",
                    "x-amzn-trace-id": "ROOT"
                  },
                  "queryStringParameters": {
                    "repeat": "one,two",
                    "redirect": "https://example.com/a/b",
                    "literalPlus": "a b",
                    "encodedPlus": "a+b",
                    "empty": ""
                  },
                  "requestContext": {
                    "accountId": "anonymous",
                    "apiId": "URL-ID",
                    "domainName": "HOST",
                    "domainPrefix": "URL-ID",
                    "http": {
                      "method": "POST",
                      "path": "/capture/space value",
                      "protocol": "HTTP/1.1",
                      "sourceIp": "127.0.0.1",
                      "userAgent": "curl/8.7.1"
                    },
                    "requestId": "REQUEST-ID",
                    "routeKey": "$default",
                    "stage": "$default",
                    "time": "22/Nov/2026:17:03:58 +0000",
                    "timeEpoch": 1795367038125
                  },
                  "body": "{\\"message\\":\\"hello from the public internet\\",\\"unicode\\":\\"lambda-λ\\"}",
                  "isBase64Encoded": false
                }
                """.replace("HOST", UrlUnderTest.HOST)
                .replace("URL-ID", UrlUnderTest.ID)
                .replace("REQUEST-ID", id)
                .replace("ROOT", root)));
        assertThat(root).startsWith("Root=1-");
    }

    @Test
    void whatARequestDoesNotHaveIsAbsent() throws Exception {
        var event = url.event(UrlUnderTest.get("/"));
        assertThat(event.propertyNames())
                .containsExactly(
                        "version",
                        "routeKey",
                        "rawPath",
                        "rawQueryString",
                        "headers",
                        "requestContext",
                        "isBase64Encoded");
        assertThat(event.path("rawQueryString").asString()).isEmpty();
        assertThat(event.path("isBase64Encoded").asBoolean()).isFalse();
        assertThat(event.path("requestContext").path("authorizer").isMissingNode())
                .isTrue();
    }

    /// Recorded: `/pa2%Fth/1` arrives as it was sent.
    @ParameterizedTest
    @CsvSource({"/pa2%Fth/1,/pa2%Fth/1", "/a%2Fb,/a/b", "/a+b,/a+b", "//x,//x", "/caf%C3%A9,/café"})
    void thePathIsRawAndDecoded(String sent, String decoded) throws Exception {
        var event = url.event(UrlUnderTest.get(sent));
        assertThat(event.path("rawPath").asString()).isEqualTo(sent);
        assertThat(event.path("requestContext").path("http").path("path").asString())
                .isEqualTo(decoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/html; charset=utf-8",
                "TEXT/CSV",
                "application/json",
                "application/json;charset=UTF-8",
                "application/xml",
                "application/javascript"
            })
    void textComesAsText(String type) throws Exception {
        assertBody(type, "größer".getBytes(UTF_8), "größer", false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "application/octet-stream",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "image/png",
                "application/vnd.api+json"
            })
    void everythingElseIsBinary(String type) throws Exception {
        assertBody(type, "a=1".getBytes(UTF_8), Base64.getEncoder().encodeToString("a=1".getBytes(UTF_8)), true);
    }

    @Test
    void textThatIsNoneIsBinary() throws Exception {
        var bytes = new byte[] {'a', (byte) 0xff};
        assertBody("text/plain", bytes, Base64.getEncoder().encodeToString(bytes), true);
    }

    private void assertBody(String type, byte[] sent, String body, boolean base64) throws Exception {
        var exchange = UrlUnderTest.post("/").body(sent);
        var event = url.event(type.isEmpty() ? exchange : exchange.header("Content-Type", type));
        assertThat(event.path("body").asString()).isEqualTo(body);
        assertThat(event.path("isBase64Encoded").asBoolean()).isEqualTo(base64);
        assertThat(event.path("headers").path("content-length").asString()).isEqualTo(Integer.toString(sent.length));
    }

    @Test
    void whatProxiesSayIsPassedOn() throws Exception {
        var headers = headers(UrlUnderTest.get("/")
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Port", "443"));
        assertThat(headers.path("x-forwarded-for").asString()).isEqualTo("203.0.113.9");
        assertThat(headers.path("x-forwarded-proto").asString()).isEqualTo("https");
        assertThat(headers.path("x-forwarded-port").asString()).isEqualTo("443");
    }

    @Test
    void theTraceOfTheCallerIsTheInvocations() throws Exception {
        var sent = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        var headers = headers(UrlUnderTest.get("/").header("X-Amzn-Trace-Id", sent));
        assertThat(headers.path("x-amzn-trace-id").asString()).isEqualTo("Root=1-5759e988-bd862e3fe1be46a994272793");
        assertThat(url.invoked.getLast().traceHeader()).startsWith(sent + ";Lineage=1:");
    }

    @Test
    void headersInUtf8AreText() throws Exception {
        var wire = new String("größer".getBytes(UTF_8), ISO_8859_1);
        assertThat(headers(UrlUnderTest.get("/").header("X-Size", wire))
                        .path("x-size")
                        .asString())
                .isEqualTo("größer");
    }

    @Test
    void inThePathFormTheDomainIsTheUrlsAndThePortTheClients() throws Exception {
        var event = url.event(
                new FakeExchange("GET", "/_boda/url/" + UrlUnderTest.ID + "/a?b=c").header("Host", "127.0.0.1:4566"));
        assertThat(event.path("rawPath").asString()).isEqualTo("/a");
        assertThat(event.path("requestContext").path("domainName").asString())
                .isEqualTo(UrlUnderTest.ID + ".lambda-url.us-east-1.functions.example");
        assertThat(event.path("headers").path("host").asString()).isEqualTo("127.0.0.1:4566");
        assertThat(event.path("headers").path("x-forwarded-port").asString()).isEqualTo("4566");
    }

    private JsonNode headers(FakeExchange exchange) throws Exception {
        return url.event(exchange).path("headers");
    }
}
