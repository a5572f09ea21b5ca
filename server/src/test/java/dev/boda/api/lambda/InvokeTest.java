package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.engine.ThrottledException;
import dev.boda.http.FakeExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What AWS answers to Invoke.
final class InvokeTest {

    private static final byte[] EVENT = "{\"name\":\"Alice\"}".getBytes(UTF_8);

    private LambdaUnderTest lambda;

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        lambda.createReady("hello");
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    @Test
    void theFunctionsAnswerIsThePayload() {
        var answer = lambda.invoke("hello", EVENT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(EVENT);
        assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("X-Amz-Function-Error")).isEmpty();
        assertThat(answer.header("X-Amz-Log-Result")).isEmpty();
        assertThat(answer.header("X-Boda-Runtime")).isEmpty();
    }

    @Test
    void theInvocationKnowsWhoAskedAndHow() {
        var context = "{\"client\":{\"app\":\"a\"}}";
        lambda.invoke("hello:$LATEST", EVENT, "X-Amz-Client-Context", base64(context.getBytes(UTF_8)));
        var invocation = lambda.invoked.getFirst();
        assertThat(invocation.requestId()).isEqualTo(LambdaUnderTest.REQUEST_ID.toString());
        assertThat(invocation.invokedFunctionArn()).isEqualTo(ARN + "hello:$LATEST");
        assertThat(invocation.clientContext()).isEqualTo(context);
        assertThat(invocation.tail()).isFalse();
        assertThat(invocation.version().name()).isEqualTo("hello");
        assertThat(invocation.traceHeader())
                .matches("Root=1-6a202910-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0"
                        .replace("6a202910", "[0-9a-f]{8}"));
    }

    @Test
    void theCallerIsToldTheTrace() {
        assertThat(lambda.invoke("hello", EVENT).header("X-Amzn-Trace-Id"))
                .isEqualTo(lambda.invoked.getFirst().traceHeader());
    }

    @Test
    void anUnknownInvocationTypeIsRefusedInAwsOrder() {
        var answer = lambda.invoke("hello", EVENT, "X-Amz-Invocation-Type", "dry_run");
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ValidationException");
        assertThat(answer.text())
                .isEqualTo(
                        "{\"message\":\"1 validation error detected: Value 'dry_run' at 'invocationType' failed to"
                                + " satisfy constraint: Member must satisfy enum value set: [DryRun, RequestResponse, Event]\"}");
    }

    @Test
    void anActiveFunctionsTraceIsSampledUnlessTheCallerSaysOtherwise() {
        lambda.create(LambdaUnderTest.function("traced", "TracingConfig", Map.of("Mode", "Active")));
        lambda.settle();
        lambda.invoke("traced", EVENT);
        lambda.invoke("traced", EVENT, "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793");
        lambda.invoke("traced", EVENT, "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0");
        assertThat(lambda.invoked.stream().map(Invocation::traceHeader))
                .extracting(header -> header.replaceAll(".*Sampled=(.).*", "$1"))
                .containsExactly("1", "1", "0");
    }

    @Test
    void theCallersTraceGoesOn() {
        lambda.invoke(
                "hello",
                EVENT,
                "X-Amzn-Trace-Id",
                "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
        lambda.invoke("hello", EVENT, "X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793");
        assertThat(lambda.invoked.get(0).traceHeader())
                .startsWith("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:");
        assertThat(lambda.invoked.get(1).traceHeader())
                .matches(
                        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0");
    }

    @Test
    void nothingSentIsAnEmptyObject() {
        assertThat(lambda.invoke("hello", new byte[0]).text()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"text\"", "1", "null", "true", "[1, 2]", " {\"a\": [{}]} "})
    void anyJsonIsAnEvent(String event) {
        assertThat(lambda.invoke("hello", event.getBytes(UTF_8)).text()).isEqualTo(event);
    }

    @Test
    void whatIsNotUtf8IsToldInTheParsersWords() {
        var payload = "n\u0087r\u009e\u00e9\u00b5\u00d7I\u00ee\u009bmt".getBytes(StandardCharsets.ISO_8859_1);
        assertNotJson(
                payload,
                "Invalid UTF-8 start byte 0x87\n at [Source: REDACTED"
                        + " (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 3]");
    }

    @Test
    void whatIsNotJsonIsToldInTheParsersWords() {
        var payload = "\u0099\u00eb,j\u0007\u00a1zYh".getBytes(StandardCharsets.ISO_8859_1);
        assertNotJson(
                payload,
                "Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, Number, Array,"
                        + " Object or token 'null', 'true' or 'false')\n at [Source: REDACTED"
                        + " (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]");
    }

    @Test
    void aStringWithoutAnEndIsAValues() {
        assertNotJson(
                "{\"key\":\"val".getBytes(UTF_8),
                "Unexpected end-of-input in VALUE_STRING\n at [Source: REDACTED"
                        + " (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 12]");
    }

    private void assertNotJson(byte[] payload, String reason) {
        var answer = lambda.invoke("hello", payload);
        assertThat(answer.json().get("message").asString())
                .isEqualTo("Could not parse request body into json: Could not parse payload into json: " + reason);
        assertThat(answer.json().get("Type").asString()).isEqualTo("User");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("InvalidRequestContentException");
        assertThat(lambda.invoked).isEmpty();
    }

    @Test
    void aClientContextThatIsNoJsonIsRefused() {
        var answer = lambda.invoke("hello", EVENT, "X-Amz-Client-Context", "%%%");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(lambda.invoke("hello", EVENT, "X-Amz-Client-Context", base64("{".getBytes(UTF_8)))
                        .text())
                .isEqualTo(answer.text());
    }

    @Test
    void aDryRunRunsNothing() {
        var answer = lambda.invoke("hello", EVENT, "X-Amz-Invocation-Type", "DryRun");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("X-Amz-Executed-Version")).isEmpty();
        assertThat(lambda.invoked).isEmpty();
        assertThat(lambda.invoke("nobody", EVENT, "X-Amz-Invocation-Type", "DryRun")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anEventIsAcceptedAndNotRun() {
        var answer = lambda.invoke("hello:$LATEST", EVENT, "X-Amz-Invocation-Type", "Event");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("X-Amz-Executed-Version")).isEmpty();
        assertThat(lambda.invoked).isEmpty();
        var accepted = lambda.accepted.getFirst();
        assertThat(accepted.payload()).isEqualTo(EVENT);
        assertThat(accepted.requestId()).isEqualTo(LambdaUnderTest.REQUEST_ID.toString());
        assertThat(accepted.reference().arn()).isEqualTo(ARN + "hello:$LATEST");
        assertThat(accepted.traceHeader()).isEqualTo(answer.header("X-Amzn-Trace-Id"));
    }

    @Test
    void anOldClientsEventIsAccepted() {
        var answer = lambda.send(new FakeExchange("POST", "/2014-11-13/functions/hello/invoke-async").body(EVENT));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(lambda.accepted.getFirst().payload()).isEqualTo(EVENT);
    }

    @Test
    void anEventThatIsTooLargeIsRefusedInAwsWords() {
        var answer = lambda.invoke("hello", new byte[(1 << 20) + 1], "X-Amz-Invocation-Type", "Event");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.text())
                .contains("1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)");
    }

    @Test
    void theTailOfTheLogIsAskedFor() {
        var answer = lambda.invoke("hello", EVENT, "X-Amz-Log-Type", "Tail");
        assertThat(answer.header("X-Amz-Log-Result")).isEqualTo(base64("the tail\n".getBytes(UTF_8)));
        assertThat(lambda.invoke("hello", EVENT, "X-Amz-Log-Type", "None").header("X-Amz-Log-Result"))
                .isEmpty();
    }

    @Test
    void whatTheRuntimeReportedIsPassedOnAsItIs() {
        var report = "{\"errorMessage\": \"Failed\",  \"errorType\":\"Exception\"}".getBytes(UTF_8);
        lambda.engine = (_, _) -> new FunctionError("Exception", "", report, null);
        var answer = lambda.invoke("hello", EVENT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(report);
        assertThat(answer.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
        assertThat(answer.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
    }

    @Test
    void aFunctionThatReportedNothingIsReportedByType() {
        lambda.engine = (invocation, _) -> new FunctionError(
                "Sandbox.Timedout",
                "RequestId: " + invocation.requestId() + " Error: Task timed out after 3.00 seconds",
                null,
                "tail".getBytes(UTF_8));
        var answer = lambda.invoke("hello", EVENT, "X-Amz-Log-Type", "Tail");
        assertThat(answer.text())
                .isEqualTo("{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: "
                        + LambdaUnderTest.REQUEST_ID + " Error: Task timed out after 3.00 seconds\"}");
        assertThat(answer.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
        assertThat(answer.header("X-Amz-Log-Result")).isEqualTo(base64("tail".getBytes(UTF_8)));
    }

    @Test
    void anAnswerMayBeALittleLongerThanARequest() {
        lambda.engine = (_, sink) -> {
            try {
                sink.begin("application/json", false);
                sink.write(new byte[6_291_556], 0, 6_291_556);
                assertThatExceptionOfType(ResponseTooLargeException.class)
                        .isThrownBy(() -> sink.write(new byte[1], 0, 1));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return new FunctionError(
                    "Function.ResponseSizeTooLarge",
                    "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
                    null,
                    null);
        };
        assertThat(lambda.invoke("hello", EVENT).text())
                .isEqualTo("{\"errorMessage\":\"Response payload size exceeded maximum allowed payload size (6291556"
                        + " bytes).\",\"errorType\":\"Function.ResponseSizeTooLarge\"}");
    }

    @Test
    void aPayloadOfMoreThanSixMegabytesIsRefused() {
        var answer = lambda.invoke("hello", new byte[6_291_457]);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("RequestEntityTooLargeException");
        assertThat(answer.text())
                .contains("Request must be smaller than 6291456 bytes for the InvokeFunction operation");
    }

    @Test
    void withoutASlotTheCallerIsThrottled() {
        lambda.engine = (_, _) -> {
            throw new ThrottledException(ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED);
        };
        var answer = lambda.invoke("hello", EVENT);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("TooManyRequestsException");
        assertThat(answer.text())
                .isEqualTo("{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\","
                        + "\"message\":\"Rate Exceeded.\"}");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void aLimitOfTheMachineIsNamedToTheCaller() {
        lambda.engine = (_, _) -> {
            throw ThrottledException.ofMachine("The machine has no memory left.");
        };
        var answer = lambda.invoke("hello", EVENT);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.text())
                .isEqualTo("{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\","
                        + "\"message\":\"Rate Exceeded. The machine has no memory left.\"}");
    }

    @Test
    void withoutAnEnvironmentItIsOurFault() {
        lambda.engine = (_, _) -> {
            throw new EnvironmentUnavailableException("No execution environment can be started: no space", null);
        };
        var answer = lambda.invoke("hello", EVENT);
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("ServiceException");
        assertThat(answer.text()).contains("No execution environment can be started: no space");
    }

    @Test
    void aRuntimeThatStandsInForAnotherSaysSo() {
        lambda.exact = false;
        assertThat(lambda.invoke("hello", EVENT).header("X-Boda-Runtime")).isEqualTo("python 3.11.2");
    }
}
