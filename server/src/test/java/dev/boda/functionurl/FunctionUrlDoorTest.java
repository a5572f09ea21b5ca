package dev.boda.functionurl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.access.Principal;
import dev.boda.access.ResourcePolicies.Statement;
import dev.boda.aws.ServiceException;
import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ThrottledException;
import dev.boda.function.CorsRules;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.function.LambdaErrors;
import dev.boda.http.FakeExchange;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is let in under AuthType NONE, and what goes wrong, in AWS's answers.
final class FunctionUrlDoorTest {

    private static final String FORBIDDEN = "Forbidden. For troubleshooting Function URL authorization issues, see:"
            + " https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

    private final UrlUnderTest url = new UrlUnderTest();

    private FakeExchange.Answered get() throws Exception {
        return url.answer(UrlUnderTest.get("/"));
    }

    private void assertForbidden(FakeExchange.Answered answer, String message, String missing) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("AccessDeniedException");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.text()).isEqualTo("{\"Message\":\"" + message + "\"}");
        assertThat(answer.header("X-Boda-Missing-Permission")).isEqualTo(missing);
        assertThat(url.invoked).isEmpty();
    }

    @Test
    void everyAnswerHasItsIdItsTraceAndADate() throws Exception {
        var answer = get();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("hi");
        assertThat(answer.header("x-amzn-RequestId"))
                .isEqualTo(url.invoked.getLast().requestId());
        assertThat(answer.header("X-Amzn-Trace-Id"))
                .isEqualTo(url.invoked.getLast().traceHeader());
        assertThat(answer.header("Date")).isEqualTo("Sun, 22 Nov 2026 17:03:58 GMT");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void anUnknownUrlIsDeniedWithoutAWord() throws Exception {
        for (var host : new String[] {
            "0123456789abcdefghijklmnopqrstuv.lambda-url.us-east-1.on.aws",
            UrlUnderTest.ID + ".lambda-url.eu-west-1.on.aws"
        }) {
            var answer = url.answer(new FakeExchange("GET", "/").header("Host", host));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("{\"Message\":null}");
            assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("AccessDeniedException");
        }
    }

    @Test
    void thePublicIsLetInByBothPermissions() throws Exception {
        get();
        assertThat(url.askedActions()).containsExactly("lambda:InvokeFunctionUrl", "lambda:InvokeFunction");
        var asked = url.asked.getLast();
        assertThat(asked.principal()).isEqualTo(new Principal.Public());
        assertThat(asked.account()).isEmpty();
        assertThat(asked.resource()).isEqualTo("arn:aws:lambda:us-east-1:111111111111:function:hello");
        assertThat(asked.conditions().get())
                .containsEntry("lambda:FunctionUrlAuthType", java.util.List.of("NONE"))
                .containsEntry("lambda:InvokedViaFunctionUrl", java.util.List.of("true"))
                .containsKeys("aws:SourceIp", "aws:RequestedRegion", "aws:CurrentTime");
    }

    @Test
    void withoutEitherPermissionAwsSaysNothingMore() throws Exception {
        url.policy.clear();
        assertForbidden(get(), FORBIDDEN, "lambda:InvokeFunctionUrl, lambda:InvokeFunction");
    }

    @Test
    void theMissingPermissionIsNamed() throws Exception {
        var viaUrl = url.policy.removeLast();
        assertForbidden(
                get(),
                FORBIDDEN + " Boda: the resource-based policy permits no lambda:InvokeFunction (with"
                        + " lambda:InvokedViaFunctionUrl).",
                "lambda:InvokeFunction");
        url.policy.clear();
        url.policy.add(viaUrl);
        assertForbidden(
                get(),
                FORBIDDEN + " Boda: the resource-based policy permits no lambda:InvokeFunctionUrl (with"
                        + " lambda:FunctionUrlAuthType NONE).",
                "lambda:InvokeFunctionUrl");
    }

    @Test
    void anUnconditionedPermissionDoes() throws Exception {
        url.policy.clear();
        url.policy.add(new Statement("lambda:*", Map.of(), Map.of()));
        assertThat(get().status()).isEqualTo(200);
    }

    @Test
    void whatIsPermittedToSomeOrOtherwiseIsNotToThePublic() throws Exception {
        for (var condition : java.util.List.of(
                Map.of("StringEquals", Map.of("lambda:FunctionUrlAuthType", "AWS_IAM")),
                Map.of("StringEquals", Map.of("aws:PrincipalOrgID", "o-1")),
                Map.of("NotIpAddress", Map.of("aws:SourceIp", "127.0.0.1")),
                Map.of("IpAddress", Map.of("aws:SourceIp", "127.0.0.1")))) {
            url.policy.clear();
            url.policy.add(new Statement("*", Map.of(), condition));
            assertThat(get().status()).as("%s", condition).isEqualTo(403);
        }
        url.policy.clear();
        url.policy.add(new Statement("*", Map.of("AWS", "arn:aws:iam::111111111111:root"), Map.of()));
        assertThat(get().status()).isEqualTo(403);
    }

    /// The signature of a page's own service in `Authorization` is none of ours.
    @Test
    void underNoneNobodyLooksAtSignatures() throws Exception {
        assertThat(url.answer(UrlUnderTest.get("/").header("Authorization", "Bearer x"))
                        .status())
                .isEqualTo(200);
        assertThat(url.answer(UrlUnderTest.get("/").signed("nobody", "us-east-1", "lambda"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anAliasIsInvokedAndAskedForByItsName() throws Exception {
        url.alias = Optional.of("live");
        get();
        var arn = "arn:aws:lambda:us-east-1:111111111111:function:hello:live";
        assertThat(url.invoked.getLast().invokedFunctionArn()).isEqualTo(arn);
        assertThat(url.asked.getLast().resource()).isEqualTo(arn);
    }

    @Test
    void whatIsGoneIsForbidden() throws Exception {
        url.unresolved = LambdaErrors.functionNotFound("arn");
        assertForbidden(get(), FORBIDDEN, "");
    }

    @Test
    void aFunctionThatIsNotReadyIsRefusedAsByInvoke() throws Exception {
        url.unresolved = new ServiceException("ResourceConflictException", 409, "Not now");
        var answer = get();
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text()).isEqualTo("{\"Message\":\"Not now\"}");
    }

    @ParameterizedTest
    @EnumSource
    void aFailingFunctionIsABadGateway(InvokeMode mode) throws Exception {
        url.invokeMode = mode;
        url.function = UrlUnderTest.failing();
        assertBadGateway(get());
    }

    @Test
    void aMalformedAnswerIsABadGateway() throws Exception {
        url.function = UrlUnderTest.answering("{\"statusCode\": \"many\"}");
        assertBadGateway(get());
    }

    private static void assertBadGateway(FakeExchange.Answered answer) {
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.text()).isEqualTo("Internal Server Error");
        assertThat(answer.header("x-amzn-RequestId")).hasSize(36);
    }

    @ParameterizedTest
    @EnumSource
    void aThrottleIs429(InvokeMode mode) throws Exception {
        url.invokeMode = mode;
        url.function = (_, _) -> {
            throw new ThrottledException(
                    ThrottledException.Reason.RESERVED_FUNCTION_CONCURRENT_INVOCATION_LIMIT_EXCEEDED);
        };
        var answer = get();
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("TooManyRequestsException");
        assertThat(answer.text()).isEqualTo("{\"Message\":\"Rate Exceeded.\"}");
    }

    @Test
    void noEnvironmentIsTheServersFault() throws Exception {
        url.function = (_, _) -> {
            throw new EnvironmentUnavailableException("No python3.12 here", null);
        };
        var answer = get();
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ServiceException");
        assertThat(answer.text()).isEqualTo("{\"Message\":\"No python3.12 here\"}");
    }

    @Test
    void whatBreaksIsSaidWithTheRequestsId() throws Exception {
        url.function = (_, _) -> {
            throw new IllegalStateException("broken");
        };
        var answer = get();
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains(answer.header("x-amzn-RequestId")).doesNotContain("broken");
    }

    /// Rules that were stored before such were refused.
    @Test
    void rulesThatMakeNoHeaderAreTheServersFaultAndSaidWithoutThem() throws Exception {
        Optional<java.util.List<String>> none = Optional.empty();
        url.cors = Optional.of(new CorsRules(
                Optional.empty(),
                none,
                none,
                Optional.of(java.util.List.of("*")),
                Optional.of(java.util.List.of("\u65e5\u672c")),
                Optional.empty()));
        var answer = url.answer(UrlUnderTest.get("/").header("Origin", "https://app.example"));
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains(answer.header("x-amzn-RequestId"));
        assertThat(answer.headers().contains("Access-Control-Allow-Origin")).isFalse();
        assertThat(url.requests.read().getFirst().byStatus()).containsOnly(Map.entry(500, 1L));
    }

    @Test
    void aClientWhoHasGoneIsCountedOnce() {
        assertThatThrownBy(() -> url.door().handle(UrlUnderTest.get("/").gone()))
                .isInstanceOf(ClosedChannelException.class);
        assertThat(url.requests.read().getFirst().byStatus()).containsOnly(Map.entry(499, 1L));
    }

    @Test
    void whoMayNotCallIsRefusedBeforeTheBodyIsRead() throws Exception {
        url.policy.clear();
        var exchange = UrlUnderTest.post("/").body("a");
        assertThat(url.answer(exchange).status()).isEqualTo(403);
        assertThat(exchange.bodyRead()).isFalse();
        assertThat(exchange.bodyLeft()).isTrue();
    }

    /// What breaks after a stream has begun, or with another thread about to begin it.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatBreaksInAStreamIsAnsweredOnce(boolean unavailable) throws Exception {
        url.invokeMode = InvokeMode.RESPONSE_STREAM;
        url.function = (_, sink) -> {
            sink.begin("text/plain", true);
            sink.write(new byte[] {'a'}, 0, 1);
            if (unavailable) {
                throw new EnvironmentUnavailableException("closing", null);
            }
            throw new IllegalStateException("broken");
        };
        var begun = UrlUnderTest.get("/");
        url.door().handle(begun);
        assertThat(begun.aborted()).isTrue();
        assertThatThrownBy(begun::answered).hasMessage("Nothing was answered");
        assertThat(url.requests.read().getFirst().byStatus()).containsOnly(Map.entry(500, 1L));

        var late = new AtomicReference<ResponseSink>();
        url.function = (_, sink) -> {
            sink.begin("text/plain", true);
            late.set(sink);
            if (unavailable) {
                throw new EnvironmentUnavailableException("closing", null);
            }
            throw new IllegalStateException("broken");
        };
        assertThat(get().status()).isEqualTo(500);
        assertThatThrownBy(() -> late.get().write(new byte[] {'a'}, 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void aBodyOver6MegabytesIsTooLargeAndABinaryOneOverThreeQuartersOfThat() throws Exception {
        assertTooLarge("text/plain", (6 << 20) + 1);
        assertTooLarge("application/octet-stream", 5 << 20);
        assertThat(url.answer(UrlUnderTest.post("/")
                                .header("Content-Type", "text/plain")
                                .body("a".repeat(6_000_000)))
                        .status())
                .isEqualTo(200);
    }

    private void assertTooLarge(String type, int length) throws Exception {
        var answer =
                url.answer(UrlUnderTest.post("/").header("Content-Type", type).body("a".repeat(length)));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text())
                .isEqualTo(
                        "{\"Message\":\"Request must be smaller than 6291456 bytes for the InvokeFunction operation\"}");
        assertThat(url.invoked).isEmpty();
    }

    /// LocalStack's `test_lambda_url_echo_invoke`, validated against AWS.
    @Test
    void whatIsNotStreamedIsSentAsItIs() throws Exception {
        url.invokeMode = InvokeMode.RESPONSE_STREAM;
        var answer = get();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"statusCode\": 200, \"body\": \"hi\"}");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void requestsAreCountedByStatus() throws Exception {
        get();
        url.function = UrlUnderTest.failing();
        get();
        url.policy.clear();
        get();
        assertThat(url.requests.read()).singleElement().satisfies(reading -> {
            assertThat(reading.service() + ":" + reading.operation()).isEqualTo("lambda:InvokeFunctionUrl");
            assertThat(reading.byStatus()).containsExactlyInAnyOrderEntriesOf(Map.of(200, 1L, 502, 1L, 403, 1L));
        });
    }

    @Test
    void aBufferedAnswerIsBriefAndAStreamIsNot() {
        var door = url.door();
        assertThat(door.isBrief(UrlUnderTest.get("/"))).isTrue();
        url.invokeMode = InvokeMode.RESPONSE_STREAM;
        assertThat(door.isBrief(UrlUnderTest.get("/"))).isFalse();
        assertThat(door.isBrief(new FakeExchange("GET", "/").header("Host", "localhost")))
                .isFalse();
    }
}
