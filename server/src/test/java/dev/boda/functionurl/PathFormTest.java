package dev.boda.functionurl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.function.CorsRules;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.http.FakeExchange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What functions answer at the origin of AWS's APIs is of no origin.
final class PathFormTest {

    private static final String POLICY = "Content-Security-Policy";
    private static final String SANDBOX = "sandbox allow-scripts allow-forms allow-popups";
    private static final String OWN = """
            {"statusCode": 200, "headers": {"content-security-policy": "sandbox allow-same-origin",
             "service-worker-allowed": "/", "X-A": "b"}, "body": "<p>"}""";

    private final UrlUnderTest url = new UrlUnderTest();

    private static FakeExchange asked(String method, String id) {
        return new FakeExchange(method, "/_boda/url/" + id + "/").header("Host", "localhost:4566");
    }

    private void assertSandboxed(FakeExchange exchange, int status) throws Exception {
        var answer = url.answer(exchange);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().all(POLICY)).containsExactly(SANDBOX);
    }

    /// Of several the last one counts, as HTML has it.
    @Test
    void theSandboxStandsBehindTheFunctionsOwnPolicy() throws Exception {
        url.function = UrlUnderTest.answering(OWN);
        var answer = url.answer(asked("GET", UrlUnderTest.ID));
        assertThat(answer.headers().all(POLICY)).containsExactly("sandbox allow-same-origin", SANDBOX);
        assertThat(answer.headers().contains("Service-Worker-Allowed")).isFalse();
        assertThat(answer.header("X-A")).isEqualTo("b");
    }

    @Test
    void everyAnswerIsSandboxed() throws Exception {
        var all = Optional.of(List.of("*"));
        url.cors = Optional.of(new CorsRules(Optional.empty(), all, all, all, Optional.empty(), Optional.empty()));
        assertSandboxed(
                asked("OPTIONS", UrlUnderTest.ID)
                        .header("Origin", "https://app.example")
                        .header("Access-Control-Request-Method", "PUT"),
                200);
        assertSandboxed(asked("GET", "0".repeat(32)), 403);
        url.invokeMode = InvokeMode.RESPONSE_STREAM;
        url.function = (_, sink) -> {
            sink.begin("text/html", true);
            sink.write(new byte[] {'a'}, 0, 1);
            sink.complete();
            return new dev.boda.engine.InvocationResult.Success(null);
        };
        assertSandboxed(asked("GET", UrlUnderTest.ID), 200);
        url.function = UrlUnderTest.failing();
        assertSandboxed(asked("GET", UrlUnderTest.ID), 502);
        url.function = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        assertSandboxed(asked("GET", UrlUnderTest.ID), 500);
        url.policy.clear();
        assertSandboxed(asked("GET", UrlUnderTest.ID), 403);
    }

    @Test
    void noServiceWorkerComesFromThere() throws Exception {
        assertSandboxed(asked("GET", UrlUnderTest.ID).header("Service-Worker", "script"), 403);
        assertThat(url.invoked).isEmpty();
    }

    @Test
    void aUrlWithAHostNameIsAnOriginOfItsOwn() throws Exception {
        url.function = UrlUnderTest.answering(OWN);
        var answer = url.answer(UrlUnderTest.get("/sw.js").header("Service-Worker", "script"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().all(POLICY)).containsExactly("sandbox allow-same-origin");
        assertThat(answer.header("Service-Worker-Allowed")).isEqualTo("/");
    }
}
