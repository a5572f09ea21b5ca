package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ARN;
import static dev.boda.api.lambda.Refusals.assertNotFound;
import static dev.boda.api.lambda.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange.Answered;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Functions that invoke themselves and each other.
final class RecursionTest {

    private static final String HELLO = "/2024-08-31/functions/hello/recursion-config";
    private static final String TRACE = "X-Amzn-Trace-Id";
    private static final byte[] EVENT = "{}".getBytes(UTF_8);
    private static final String SENTENCE = "Lambda has detected your function being invoked in a recursive loop with"
            + " other Amazon Web Services resources and stopped your function's invocation.";

    private LambdaUnderTest lambda;
    private String trace = "";

    @BeforeEach
    void open(@TempDir Path folder) {
        lambda = new LambdaUnderTest(folder);
        lambda.createReady("hello");
        lambda.createReady("other");
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    /// As a function that was invoked last invokes another: with the trace that it got.
    private Answered invokeNext(String name) {
        var answer = lambda.invoke(name, EVENT, TRACE, trace);
        trace = lambda.invoked.getLast().traceHeader();
        return answer;
    }

    private static void assertStopped(Answered answer) {
        assertRefused(answer, 400, "RecursiveInvocationException", SENTENCE);
    }

    @Test
    void aFunctionThatInvokesItselfIsStoppedAfterSixteenInvocations() {
        for (int i = 1; i <= 16; i++) {
            assertThat(invokeNext("hello").status()).isEqualTo(200);
            assertThat(trace).matches("Root=.*;Parent=.*;Sampled=0;Lineage=" + i + ":[0-9a-f]{8}:" + (i - 1));
        }
        assertStopped(invokeNext("hello"));
        assertStopped(lambda.stream("hello", EVENT, TRACE, trace));
        assertThat(lambda.invoked).hasSize(16);
        assertThat(invokeNext("other").status()).isEqualTo(200);
        assertThat(lambda.invoke("hello", EVENT).status()).isEqualTo(200);
    }

    @Test
    void itsVersionsAndAliasesAreThatFunction() {
        lambda.post(LambdaUnderTest.FUNCTIONS + "hello/versions", Map.of());
        for (int i = 0; i < 8; i++) {
            assertThat(invokeNext("hello:1").status()).isEqualTo(200);
            assertThat(invokeNext("hello").status()).isEqualTo(200);
        }
        assertStopped(invokeNext("hello:1"));
    }

    @Test
    void inALoopOfTwoOneThatAllowsItGoesOnAndTheOtherIsStopped() {
        assertThat(lambda.put(HELLO, Map.of("RecursiveLoop", "Allow")).text())
                .isEqualTo("{\"RecursiveLoop\":\"Allow\"}");
        for (int i = 0; i < 16; i++) {
            assertThat(invokeNext("hello").status()).isEqualTo(200);
            assertThat(invokeNext("other").status()).isEqualTo(200);
        }
        assertThat(invokeNext("hello").status()).isEqualTo(200);
        assertStopped(invokeNext("other"));
    }

    /// botocore encodes the bar between two functions.
    @Test
    void theTraceGoesOnHoweverAnSdkWritesIt() {
        invokeNext("hello");
        invokeNext("other");
        trace = trace.replace("|", "%7C");
        invokeNext("hello");
        assertThat(trace).matches("Root=.*;Lineage=3:[0-9a-f]{8}:1\\|[0-9a-f]{8}:0");
        trace = trace.toLowerCase(Locale.ROOT);
        invokeNext("other");
        assertThat(trace).matches("Root=.*;Lineage=4:[0-9a-f]{8}:1\\|[0-9a-f]{8}:1");
    }

    @Test
    void loopsEndUnlessSomebodyAllowsThem() {
        assertThat(lambda.get(HELLO).text()).isEqualTo("{\"RecursiveLoop\":\"Terminate\"}");
        assertThat(lambda.put(HELLO, Map.of("RecursiveLoop", "Allow")).status()).isEqualTo(200);
        assertThat(lambda.get(HELLO).text()).isEqualTo("{\"RecursiveLoop\":\"Allow\"}");
        lambda.put(HELLO, Map.of("RecursiveLoop", "Terminate"));
        assertThat(lambda.get(HELLO).text()).isEqualTo("{\"RecursiveLoop\":\"Terminate\"}");
        assertThat(lambda.put(HELLO, Map.of("RecursiveLoop", "Perhaps")).status())
                .isEqualTo(400);
        assertThat(lambda.get(HELLO.replace("hello", "hello:1")).status()).isEqualTo(400);
        assertNotFound(lambda.get(HELLO.replace("hello", "unknown")), ARN + "unknown");
        assertNotFound(
                lambda.put(HELLO.replace("hello", "unknown"), Map.of("RecursiveLoop", "Allow")), ARN + "unknown");
    }
}
