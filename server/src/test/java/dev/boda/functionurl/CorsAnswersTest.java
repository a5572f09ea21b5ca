package dev.boda.functionurl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.function.CorsRules;
import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.http.FakeExchange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What browsers are told.
final class CorsAnswersTest {

    private static final String APP = "https://app.example";

    private final UrlUnderTest url = new UrlUnderTest();

    private void allow(String... origins) {
        url.cors = Optional.of(new CorsRules(
                Optional.of(true),
                Optional.of(List.of("content-type", "x-mine")),
                Optional.of(List.of("GET", "PUT")),
                Optional.of(List.of(origins)),
                Optional.of(List.of("x-theirs", "date")),
                Optional.of(300)));
    }

    private static FakeExchange preflight(String origin) {
        return new FakeExchange("OPTIONS", "/")
                .header("Host", UrlUnderTest.HOST)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "PUT")
                .header("Access-Control-Request-Headers", "x-mine");
    }

    @Test
    void aPreflightIsAnsweredWithoutTheFunctionAndWithoutASignature() throws Exception {
        allow("https://other.example", APP);
        url.authType = AuthType.AWS_IAM;
        var answer = url.answer(preflight(APP));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET,PUT");
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("content-type,x-mine");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("300");
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        assertThat(answer.headers().contains("Access-Control-Expose-Headers")).isFalse();
        assertThat(answer.body()).isEmpty();
        assertThat(url.invoked).isEmpty();
        assertThat(url.asked).isEmpty();
    }

    @Test
    void anotherOriginIsToldNothingInAPreflightAndInAnAnswer() throws Exception {
        allow(APP);
        var preflight = url.answer(preflight("https://evil.example"));
        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.headers().toString()).doesNotContain("Access-Control");
        var answer = url.answer(UrlUnderTest.get("/").header("Origin", "https://evil.example"));
        assertThat(answer.headers().toString()).doesNotContain("Access-Control");
        assertThat(answer.text()).isEqualTo("hi");
    }

    @Test
    void anAnswerExposesHeadersToThePage() throws Exception {
        allow(APP);
        var answer = url.answer(UrlUnderTest.get("/").header("Origin", APP));
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(answer.header("Access-Control-Expose-Headers")).isEqualTo("x-theirs,date");
        assertThat(answer.headers().contains("Access-Control-Allow-Methods")).isFalse();
    }

    @Test
    void refusalsAreReadableByThePageToo() throws Exception {
        allow(APP);
        url.policy.clear();
        var answer = url.answer(UrlUnderTest.get("/").header("Origin", APP));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
    }

    @Test
    void allIsWhatWasAskedFor() throws Exception {
        var all = Optional.of(List.of("*"));
        url.cors = Optional.of(new CorsRules(Optional.empty(), all, all, all, Optional.empty(), Optional.empty()));
        var answer = url.answer(preflight(APP));
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(APP);
        assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("PUT");
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("x-mine");
        assertThat(answer.headers().contains("Access-Control-Allow-Credentials"))
                .isFalse();
        assertThat(answer.headers().contains("Access-Control-Max-Age")).isFalse();
    }

    /// AWS's page says so of all requests but preflights.
    @Test
    void theFunctionsOwnHeadersStandBesideThem() throws Exception {
        allow(APP);
        url.function = UrlUnderTest.answering(
                "{\"statusCode\": 200, \"headers\": {\"Access-Control-Allow-Origin\": \"*\"}, \"body\": \"\"}");
        var answer = url.answer(UrlUnderTest.get("/").header("Origin", APP));
        assertThat(answer.headers().all("Access-Control-Allow-Origin")).containsExactly("*", APP);
    }

    @Test
    void withoutRulesTheFunctionAnswersBrowsersItself() throws Exception {
        url.function =
                UrlUnderTest.answering("{\"statusCode\": 204, \"headers\": {\"Access-Control-Allow-Origin\": \"*\"}}");
        var answer = url.answer(preflight(APP));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers().all("Access-Control-Allow-Origin")).containsExactly("*");
        assertThat(url.invoked).hasSize(1);
    }

    @Test
    void anOptionsThatIsNoPreflightIsTheFunctions() throws Exception {
        allow(APP);
        url.answer(new FakeExchange("OPTIONS", "/").header("Host", UrlUnderTest.HOST));
        assertThat(url.invoked).hasSize(1);
    }
}
