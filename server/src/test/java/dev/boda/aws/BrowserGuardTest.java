package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BrowserGuardTest {

    private static final String APP = "https://app.example:8443";

    private boolean reached;

    private FakeExchange.Answered answer(FakeExchange exchange) throws Exception {
        reached = false;
        var pages = new WebPages(Set.of(APP), Set.of("boda.lan"));
        HttpHandler door = behind -> {
            reached = true;
            behind.respond(200, HttpHeaders.of("x-amzn-RequestId", "1"), new byte[0]);
        };
        new BrowserGuard(pages, door, new RequestLog(), new RefusalLog(UUID::randomUUID), UUID::randomUUID)
                .handle(exchange);
        return exchange.answered();
    }

    private static FakeExchange to(String host) {
        return new FakeExchange("POST", "/2015-03-31/functions").header("Host", host);
    }

    private void assertRefused(FakeExchange.Answered answered, String said) {
        assertThat(answered.status()).isEqualTo(403);
        assertThat(answered.json().path("message").asString()).contains(said);
        assertThat(answered.header("x-amzn-ErrorType")).isEqualTo("AccessDeniedException");
        assertThat(answered.headers().contains("Access-Control-Allow-Origin")).isFalse();
        assertThat(reached).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:4566",
                "127.0.0.1:4566",
                "192.168.1.20",
                "[::1]:4566",
                "[fe80::1]",
                "lambda.us-east-1.amazonaws.com",
                "logs.cn-north-1.amazonaws.com.cn",
                "lambda.us-east-1.localhost.localstack.cloud:4566",
                "localhost.localstack.cloud:4566",
                "lambda.localhost:4566",
                "boda.lan:4566"
            })
    void namesThatAreOursAreServed(String host) throws Exception {
        assertThat(answer(to(host)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:4566",
                "127.0.0.1.evil.example:4566",
                "localhost.evil.example",
                "lambda.amazonaws.com.evil.example",
                "xamazonaws.com",
                "1.2.3",
                "boda.lan.evil.example"
            })
    void otherNamesAreRefused(String host) throws Exception {
        assertRefused(answer(to(host)), "--allow-host");
    }

    @Test
    void aSecondHostDoesNotHideTheFirst() throws Exception {
        assertRefused(answer(to("127.0.0.1").header("Host", "evil.example")), "evil.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "null",
                "http://127.0.0.1:3000",
                "https://127.0.0.1:4566",
                "http://localhost:4566",
                "https://app.example",
                "https://app.example:8443.evil.example"
            })
    void pagesOfOtherOriginsAreRefused(String origin) throws Exception {
        assertRefused(answer(to("127.0.0.1:4566").header("Origin", origin)), "--allow-origin " + origin);
        assertRefused(
                answer(new FakeExchange("OPTIONS", "/")
                        .header("Host", "127.0.0.1:4566")
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "POST")),
                origin);
    }

    @ParameterizedTest
    @CsvSource({"cross-site, 403", "same-site, 403", "Cross-Site, 403", "same-origin, 200", "none, 200"})
    void whatABrowserSaysOfTheSiteIsBelieved(String site, int status) throws Exception {
        assertThat(answer(to("127.0.0.1:4566").header("Sec-Fetch-Site", site)).status())
                .isEqualTo(status);
        assertThat(reached).isEqualTo(status == 200);
    }

    @Test
    void itsOwnPagesAndClientsThatAreNoBrowsersPass() throws Exception {
        assertThat(answer(to("127.0.0.1:4566").header("Origin", "http://127.0.0.1:4566"))
                        .status())
                .isEqualTo(200);
        assertThat(answer(new FakeExchange("GET", "/_boda/health")).status()).isEqualTo(200);
    }

    @Test
    void aPageThatWasLetInMayReadTheAnswer() throws Exception {
        var answered = answer(to("127.0.0.1:4566").header("Origin", APP).header("Sec-Fetch-Site", "cross-site"));

        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answered.header("Access-Control-Expose-Headers")).contains("x-amzn-RequestId", "x-amz-log-result");
        assertThat(answered.header("Vary")).isEqualTo("Origin");
        assertThat(answered.header("x-amzn-RequestId")).isEqualTo("1");
    }

    @Test
    void aPageThatWasLetInMayAskFirst() throws Exception {
        var answered = answer(new FakeExchange("OPTIONS", "/2015-03-31/functions")
                .header("Host", "127.0.0.1:4566")
                .header("Origin", APP)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,x-amz-date")
                .header("Access-Control-Request-Private-Network", "true"));

        assertThat(answered.status()).isEqualTo(204);
        assertThat(reached).isFalse();
        assertThat(answered.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answered.header("Access-Control-Allow-Methods")).contains("POST", "DELETE");
        assertThat(answered.header("Access-Control-Allow-Headers")).isEqualTo("authorization,x-amz-date");
        assertThat(answered.header("Access-Control-Allow-Private-Network")).isEqualTo("true");
    }
}
