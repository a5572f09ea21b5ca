package dev.boda.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.engine.InvocationResult;
import dev.boda.http.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Runtime API over real sockets, before the real engine.
class RuntimeApiTest {

    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";

    private final EngineUnderTest engine = new EngineUnderTest();

    @AfterEach
    void stop() {
        engine.close();
    }

    private static RawClient askForNext(RawClient runtime) throws IOException {
        return runtime.send("GET " + INVOCATION + "next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }

    private static String next(RawClient runtime) throws IOException {
        var event = askForNext(runtime).answer();
        assertThat(event.status()).isEqualTo(200);
        return header(event, "Lambda-Runtime-Aws-Request-Id");
    }

    private static String header(RawClient.Answer answer, String name) {
        return answer.headerLines().stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + answer.headerLines()));
    }

    private static RawClient.Answer post(RawClient runtime, String path, String headers, String body)
            throws IOException {
        return runtime.send("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "Content-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .answer();
    }

    private static RawClient.Answer respond(RawClient runtime, String id, String body) throws IOException {
        return post(runtime, INVOCATION + id + "/response", "Content-Type: application/json\r\n", body);
    }

    private static void assertRefused(RawClient.Answer answer, int status, String errorType) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.text())
                .contains("\"errorType\":\"" + errorType + "\"")
                .contains("\"errorMessage\":\"");
    }

    @Test
    void aRuntimeTakesItsEventAndAnswersIt() throws Exception {
        var first = engine.invoke("{\"n\":1}");
        try (var runtime = engine.runtime()) {
            var event = askForNext(runtime).answer();
            assertThat(event.text()).isEqualTo("{\"n\":1}");
            assertThat(header(event, "Content-Type")).isEqualTo("application/json");
            assertThat(header(event, "Lambda-Runtime-Trace-Id")).isEqualTo("Root=1-0-0;Parent=0;Sampled=0");
            assertThat(header(event, "Lambda-Runtime-Invoked-Function-Arn"))
                    .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:hello");
            assertThat(Long.parseLong(header(event, "Lambda-Runtime-Deadline-Ms")))
                    .isBetween(System.currentTimeMillis(), System.currentTimeMillis() + 30_000);
            assertThat(event.headerLines()).noneMatch(line -> line.startsWith("Lambda-Runtime-Client-Context"));
            var accepted = respond(runtime, header(event, "Lambda-Runtime-Aws-Request-Id"), "\"one\"");
            assertThat(accepted.status()).isEqualTo(202);
            assertThat(accepted.text()).isEqualTo("{\"status\":\"OK\"}\n");
            assertThat(first.join().result()).isInstanceOf(InvocationResult.Success.class);
            assertThat(first.join().text()).isEqualTo("\"one\"");
            assertThat(first.join().contentType()).isEqualTo("application/json");

            askForNext(runtime);
            var second = engine.invoke("{\"n\":2}");
            var again = runtime.answer();
            assertThat(again.text()).isEqualTo("{\"n\":2}");
            respond(runtime, header(again, "Lambda-Runtime-Aws-Request-Id"), "\"two\"");
            assertThat(second.join().text()).isEqualTo("\"two\"");
        }
    }

    @Test
    void anErrorsCauseForXRayMayBeAsLongAsAwssClientSendsIt() throws Exception {
        var invoked = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var id = next(runtime);
            var cause = "Lambda-Runtime-Function-XRay-Error-Cause: " + "x".repeat(1024 * 1024) + "\r\n";
            assertThat(post(runtime, INVOCATION + id + "/error", cause, "{}").status())
                    .isEqualTo(202);
            assertThat(invoked.join().report()).isEqualTo("{}");
        }
    }

    /// A page whose owner points its name at this machine could otherwise take the events of a function.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example:9001",
                "Host: 127.0.0.1\r\nOrigin: http://127.0.0.1:9001",
                "Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site"
            })
    void aWebPageIsRefused(String headers) throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            assertThat(runtime.send("GET " + INVOCATION + "next HTTP/1.1\r\n" + headers + "\r\n\r\n")
                            .answer()
                            .status())
                    .isEqualTo(403);
            respond(runtime, next(runtime), "1");
            assertThat(call.join().text()).isEqualTo("1");
        }
    }

    /// The fault is the server's: the runtime may go on.
    @Test
    void anAnswerThatCannotBeTakenEndsItsInvocationOnly() throws Exception {
        engine.breakNextSink(new IllegalStateException("broken on purpose"));
        var first = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            assertThat(respond(runtime, next(runtime), "1").status()).isEqualTo(500);
            assertThat(first.join().error().errorType()).isEqualTo("Runtime.TruncatedResponse");
        }
    }

    @Test
    void theClientContextComesAsUtf8OnOneLine() throws Exception {
        var _ = engine.invoke("{}", "{\"a\":\n \"é\"}");
        try (var runtime = engine.runtime()) {
            var context = header(askForNext(runtime).answer(), "Lambda-Runtime-Client-Context");
            assertThat(new String(context.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                    .isEqualTo("{\"a\":  \"é\"}");
        }
    }

    @Test
    void aSecondAnswerIsRefused() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var id = next(runtime);
            assertThat(respond(runtime, id, "1").status()).isEqualTo(202);
            assertRefused(respond(runtime, id, "2"), 403, "InvalidStateTransition");
            assertRefused(post(runtime, INVOCATION + id + "/error", "", "{}"), 403, "InvalidStateTransition");
            assertThat(call.join().text()).isEqualTo("1");
        }
    }

    @Test
    void anAnswerToWhatWasNotAskedIsRefused() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            assertRefused(respond(runtime, "none", "1"), 400, "InvalidRequestID");
            var id = next(runtime);
            assertRefused(respond(runtime, "8476a536-e9f4-11e8-9739-2dfe598c3fcd", "1"), 400, "InvalidRequestID");
            assertThat(respond(runtime, id, "2").status()).isEqualTo(202);
            assertThat(call.join().text()).isEqualTo("2");
        }
    }

    @Test
    void anEnvironmentCannotAnswerForAnother() throws Exception {
        var calls = java.util.List.of(engine.invoke("{}"), engine.invoke("{}"));
        try (var one = engine.runtime();
                var other = engine.runtime()) {
            var itsOwn = next(one);
            var theOthers = next(other);
            assertRefused(respond(one, theOthers, "\"stolen\""), 400, "InvalidRequestID");
            respond(one, itsOwn, "\"own\"");
            respond(other, theOthers, "\"own\"");
            assertThat(calls).allSatisfy(call -> assertThat(call.join().text()).isEqualTo("\"own\""));
        }
    }

    @Test
    void aFunctionErrorIsReportedAsItCame() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var path = INVOCATION + next(runtime) + "/error";
            var report = "{\"errorMessage\":\"no\",\"errorType\":\"ValueError\",\"stackTrace\":[]}";
            var headers = "Lambda-Runtime-Function-Error-Type: Function.ValueError\r\n";
            assertThat(post(runtime, path, headers, report).status()).isEqualTo(202);
            assertThat(call.join().error().errorType()).isEqualTo("Function.ValueError");
            assertThat(call.join().report()).isEqualTo(report);
        }
    }

    @Test
    void anErrorTypeOfAnotherShapeIsUnknown() {
        assertThat(FunctionReport.validType("")).isEqualTo("Runtime.Unknown");
        assertThat(FunctionReport.validType("Unhandled")).isEqualTo("Runtime.Unknown");
        assertThat(FunctionReport.validType("Function.lower")).isEqualTo("Function.Unknown");
        assertThat(FunctionReport.validType("Runtime.ImportModuleError")).isEqualTo("Runtime.ImportModuleError");
    }

    @Test
    void theCauseOfAnErrorIsNotHandedOn() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var path = INVOCATION + next(runtime) + "/error";
            var report =
                    "{\"errorMessage\":\"no\",\"errorType\":\"E\",\"stackTrace\":[\"a\"],\"errorCause\":{\"x\":1}}";
            post(runtime, path, "Content-Type: application/vnd.aws.lambda.error.cause+json\r\n", report);
            assertThat(call.join().report())
                    .isEqualTo("{\"errorMessage\":\"no\",\"errorType\":\"E\",\"stackTrace\":[\"a\"]}");
        }
    }

    @Test
    void anInitErrorIsTakenInInitOnly() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var id = next(runtime);
            assertRefused(post(runtime, "/2018-06-01/runtime/init/error", "", "{}"), 403, "InvalidStateTransition");
            respond(runtime, id, "1");
            assertThat(call.join().text()).isEqualTo("1");
        }
    }

    @Test
    void anInitErrorEndsTheEnvironment() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var headers = "Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError\r\n";
            var answer = post(runtime, "/2018-06-01/runtime/init/error", headers, "{\"errorType\":\"E\"}");
            assertThat(answer.status()).isEqualTo(202);
        }
        try (var second = engine.runtime()) {
            var headers = "Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError\r\n";
            post(second, "/2018-06-01/runtime/init/error", headers, "{\"errorType\":\"E2\"}");
        }
        assertThat(call.join().error().errorType()).isEqualTo("Runtime.ImportModuleError");
    }

    @Test
    void aStreamedAnswerReachesTheCallerInPieces() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            stream(runtime, next(runtime));
            runtime.send("3\r\nabc\r\n").send("2\r\nde\r\n0\r\n\r\n");
            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(call.join().text()).isEqualTo("abcde");
            assertThat(call.join().streamed()).isTrue();
        }
    }

    private static void stream(RawClient runtime, String id) throws IOException {
        runtime.send(
                "POST " + INVOCATION + id + "/response HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
                        + "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                        + "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n");
    }

    @Test
    void aStreamedAnswerMayEndInAnError() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            stream(runtime, next(runtime));
            var report = Base64.getEncoder().encodeToString("{\"errorType\":\"E\"}".getBytes(StandardCharsets.UTF_8));
            runtime.send("3\r\nabc\r\n0\r\nLambda-Runtime-Function-Error-Type: Function.Midway\r\n"
                    + "Lambda-Runtime-Function-Error-Body: " + report + "\r\n\r\n");
            assertThat(runtime.answer().status()).isEqualTo(202);
            assertThat(call.join().error().errorType()).isEqualTo("Function.Midway");
            assertThat(call.join().report()).isEqualTo("{\"errorType\":\"E\"}");
        }
    }

    @Test
    void anAnswerThatIsTooLargeIsRefusedAndTheRuntimeGoesOn() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var refused = respond(runtime, next(runtime), "a".repeat(7_000_000));
            assertRefused(refused, 413, "RequestEntityTooLarge");
            assertThat(refused.text()).contains("Exceeded maximum allowed payload size (1000000 bytes).");
            assertThat(call.join().error().errorType()).isEqualTo("Function.ResponseSizeTooLarge");
            askForNext(runtime);
            var second = engine.invoke("{\"n\":2}");
            var id = header(runtime.answer(), "Lambda-Runtime-Aws-Request-Id");
            respond(runtime, id, "\"fits\"");
            assertThat(second.join().text()).isEqualTo("\"fits\"");
        }
    }

    @Test
    void anErrorThatIsTooLargeIsRefusedAndTheRuntimeGoesOn() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var path = INVOCATION + next(runtime) + "/error";
            assertRefused(post(runtime, path, "", "a".repeat(7_000_000)), 413, "RequestEntityTooLarge");
            assertThat(call.join().error().errorType()).isEqualTo("Function.ResponseSizeTooLarge");
            askForNext(runtime);
        }
    }

    @Test
    void anUnknownResponseModeIsRefusedAndFailsTheInvocation() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            var path = INVOCATION + next(runtime) + "/response";
            var answer = post(runtime, path, "Lambda-Runtime-Function-Response-Mode: buffering\r\n", "1");
            assertRefused(answer, 400, "InvalidFunctionResponseMode");
            assertThat(call.join().error().errorType()).isEqualTo("Runtime.InvalidResponseModeHeader");
        }
    }

    @Test
    void anAnswerThatBreaksOffFailsTheInvocation() throws Exception {
        var call = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            stream(runtime, next(runtime));
            runtime.send("3\r\nabc\r\n").send("nonsense\r\n");
            assertRefused(runtime.answer(), 400, "TruncatedHTTPRequest");
            assertThat(call.join().error().errorType()).isEqualTo("Runtime.TruncatedResponse");
        }
    }

    @Test
    void aRuntimeThatDiedWithItsNextParkedGetsNoEvent() throws Exception {
        var first = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            respond(runtime, next(runtime), "1");
            assertThat(first.join().text()).isEqualTo("1");
            askForNext(runtime).vanish();
        }
        var second = engine.invoke("{\"n\":2}");
        try (var another = engine.runtime()) {
            respond(another, next(another), "\"another\"");
            assertThat(second.join().text()).isEqualTo("\"another\"");
        }
    }

    @Test
    void nothingElseIsServed() throws Exception {
        var _ = engine.invoke("{}");
        try (var runtime = engine.runtime()) {
            for (var path : java.util.List.of("/", "/2018-06-01/runtime/invocation/", "/2015-03-31/functions")) {
                assertThat(post(runtime, path, "", "").status()).as(path).isEqualTo(404);
            }
            assertThat(post(runtime, INVOCATION + "next", "", "").status()).isEqualTo(405);
            for (var unbuilt : java.util.List.of(
                    "/2020-01-01/extension/register",
                    "/2020-08-15/logs",
                    "/2022-07-01/telemetry",
                    "/2018-06-01/runtime/restore/next")) {
                var answer = post(runtime, unbuilt, "", "{}");
                assertRefused(answer, 501, "NotImplemented");
                assertThat(answer.text()).contains(unbuilt);
            }
        }
    }
}
