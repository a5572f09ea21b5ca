package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.Sandbox.Exit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What becomes of invocations whose function fails, and of their environments.
class FailureTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @Test
    void aFunctionThatRunsPastItsTimeoutIsEnded() {
        try (var engine = Engine.of(runtime -> {
            runtime.next();
            runtime.hang();
        })) {
            var call = engine.call("x");
            awaitDelivery(engine);
            engine.clock.advance(TIMEOUT.minusMillis(1));
            assertThat(call.over()).isFalse();
            engine.clock.advance(Duration.ofMillis(1));

            var error = call.error();
            assertThat(error.errorType()).isEqualTo("Sandbox.Timedout");
            assertThat(error.errorMessage())
                    .isEqualTo("RequestId: " + call.invocation().requestId()
                            + " Error: Task timed out after 3.00 seconds");
            assertThat(error.payload()).isNull();
            engine.quiet();
            assertThat(engine.sandboxes.live()).isEmpty();
            assertThat(engine.log).anyMatch(line -> line.contains("Status: timeout"));
        }
    }

    @Test
    void anAnswerAfterTheTimeoutIsRefused() {
        var refused = new RuntimeRefusedException[1];
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            try {
                runtime.hang();
            } catch (FakeRuntime.Exited e) {
                refused[0] = refusal(
                        () -> runtime.environment().openAnswer(invocation.requestId(), "application/json", false));
            }
        })) {
            var call = engine.call("x");
            awaitDelivery(engine);
            engine.clock.advance(TIMEOUT);
            assertThat(call.error().errorType()).isEqualTo("Sandbox.Timedout");
            eventually("refused", () -> refused[0] != null);
            assertThat(refused[0].reason()).isEqualTo(RuntimeRefusedException.Reason.ENVIRONMENT_CLOSED);
        }
    }

    @Test
    void anExitInAnInvocationIsAnExitError() {
        try (var engine = Engine.of(runtime -> {
            runtime.next();
            throw FakeRuntime.exit(1);
        })) {
            var call = engine.call("x");
            assertThat(call.error().errorType()).isEqualTo("Runtime.ExitError");
            assertThat(call.error().errorMessage())
                    .isEqualTo("RequestId: " + call.invocation().requestId()
                            + " Error: Runtime exited with error: exit status 1");
            engine.quiet();
            assertThat(engine.log).anyMatch(line -> line.contains("Status: error\tError Type: Runtime.ExitError"));
        }
    }

    @Test
    void anExitWithStatusZeroGivesNoReason() {
        try (var engine = Engine.of(FakeRuntime::next)) {
            assertThat(engine.call("x").error().errorMessage())
                    .endsWith("Error: Runtime exited without providing a reason");
        }
    }

    @Test
    void aSignalIsNamedAsOnAws() {
        assertThat(FunctionErrors.exited("id", new Exit.Signal(9)).errorMessage())
                .isEqualTo("RequestId: id Error: Runtime exited with error: signal: killed");
        assertThat(FunctionErrors.exited("id", new Exit.Signal(11)).errorMessage())
                .isEqualTo("RequestId: id Error: Runtime exited with error: signal: segmentation fault");
    }

    @Test
    void whoNeedsMoreMemoryThanThereIsExitedForTheCallerAndRanOutOfMemoryInTheReport() {
        try (var engine = Engine.of(runtime -> {
            runtime.next();
            runtime.sandbox().peak(128 * 1_048_576L);
            throw new FakeRuntime.Exited(new Exit.OutOfMemory());
        })) {
            var error = engine.call("x").error();
            assertThat(error.errorType()).isEqualTo("Runtime.ExitError");
            assertThat(error.errorMessage())
                    .matches("RequestId: \\S+ Error: Runtime exited with error: signal: killed");
            engine.quiet();
            assertThat(engine.log)
                    .anyMatch(line -> line.endsWith("signal: killed\nRuntime.ExitError\n"))
                    .anyMatch(line -> line.startsWith("REPORT")
                            && line.contains("Max Memory Used: 128 MB")
                            && line.endsWith("Status: error\tError Type: Runtime.OutOfMemory\n"));
        }
    }

    /// What has ended is not told of by every kind of sandbox.
    @Test
    void whoExitsInItsFirstInvocationHasUsedAtLeastWhatItsInitDid() {
        try (var engine = Engine.of(runtime -> {
            runtime.sandbox().peak(33_000_000);
            runtime.next();
            runtime.sandbox().peak(0);
            throw FakeRuntime.exit(1);
        })) {
            assertThat(engine.call("x").error().errorType()).isEqualTo("Runtime.ExitError");
            engine.quiet();
            assertThat(engine.log)
                    .anyMatch(line -> line.startsWith("REPORT") && line.contains("Max Memory Used: 32 MB"));
        }
    }

    @Test
    void theNextCallAfterAnExitMeetsANewEnvironment() {
        try (var engine = Engine.each(n -> runtime -> {
            if (n == 0) {
                runtime.next();
                throw FakeRuntime.exit(1);
            }
            FakeRuntime.echo(runtime);
        })) {
            assertThat(engine.call("x").error().errorType()).isEqualTo("Runtime.ExitError");
            assertThat(engine.invoke("y")).isEqualTo("y");
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void anErrorThatTheRuntimeReportsIsPassedOnAndTheEnvironmentStays() {
        try (var engine = Engine.of(runtime -> {
            while (true) {
                runtime.fail(runtime.next(), "ValueError", "{\"errorMessage\":\"no\"}");
            }
        })) {
            for (int i = 0; i < 3; i++) {
                var error = engine.call("x").error();
                assertThat(error.errorType()).isEqualTo("ValueError");
                assertThat(new String(payload(error), StandardCharsets.UTF_8)).isEqualTo("{\"errorMessage\":\"no\"}");
            }
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerLongerThanTheCallerAcceptsFailsAndTheEnvironmentStays() {
        try (var engine = Engine.of(runtime -> {
            while (true) {
                var invocation = runtime.next();
                try {
                    runtime.answer(invocation, "too long for him");
                } catch (ResponseTooLargeException e) {
                    runtime.print("too long\n");
                }
            }
        })) {
            var error = new Call(engine, Engine.invocation(Engine.version(), "x", false), 5).error();
            assertThat(error.errorType()).isEqualTo("Function.ResponseSizeTooLarge");
            assertThat(error.errorMessage())
                    .isEqualTo("Response payload size exceeded maximum allowed payload size (5 bytes).");
            assertThat(engine.invoke("x")).isEqualTo("too long for him");
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void aRuntimeThatAnswersAndNeverAsksForMoreIsEndedWhenTheTimeoutPasses() {
        try (var engine = Engine.of(runtime -> {
            runtime.answer(runtime.next(), "early");
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("early");
            assertThat(engine.slots()).isEqualTo(1);
            engine.clock.advance(TIMEOUT);
            engine.quiet();
            assertThat(engine.sandboxes.live()).isEmpty();
        }
    }

    @Test
    void aRuntimeKilledWhileItWaitsIsNeverHandedAnEvent() {
        for (boolean connectionFirst : new boolean[] {true, false}) {
            try (var engine = Engine.of(FakeRuntime::echo)) {
                assertThat(engine.invoke("x")).isEqualTo("x");
                engine.quiet();
                engine.sandboxes.get(0).kill(connectionFirst);
                assertThat(engine.invoke("y")).isEqualTo("y");
                assertThat(engine.sandboxes.started()).isEqualTo(2);
            }
        }
    }

    @Test
    void anEventThatDidNotGetThroughGoesToAnotherEnvironment() {
        try (var engine = Engine.each(n -> runtime -> {
            if (n == 0) {
                var request = runtime.environment().openNext();
                request.await();
                request.abandon();
                runtime.hang();
            }
            FakeRuntime.echo(runtime);
        })) {
            assertThat(engine.invoke("x")).isEqualTo("x");
            assertThat(engine.sandboxes.started()).isEqualTo(2);
            engine.quiet();
        }
    }

    @Test
    void anInvocationThatNoRuntimeTakesIsNotPlacedForEver() {
        try (var engine = Engine.of(runtime -> {
            var request = runtime.environment().openNext();
            request.await();
            request.abandon();
            runtime.hang();
        })) {
            assertThat(engine.call("x").error().errorType()).isEqualTo("Runtime.ExitError");
            assertThat(engine.sandboxes.started()).isEqualTo(Engine.LIMITS.placements());
            engine.quiet();
        }
    }

    @Test
    void anAnswerUnderWayWhenTheProcessExitsMayEnd() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            var answer = runtime.environment().openAnswer(invocation.requestId(), "text/plain", false);
            var bytes = "last words".getBytes(StandardCharsets.UTF_8);
            Thread.ofVirtual().start(() -> {
                try {
                    eventually("the exit is known", () -> !runtime.alive());
                    answer.write(bytes, 0, bytes.length);
                    answer.complete();
                } catch (RuntimeRefusedException | ResponseTooLargeException e) {
                    throw new AssertionError(e);
                }
            });
            throw FakeRuntime.exit(0);
        })) {
            assertThat(engine.invoke("x")).isEqualTo("last words");
            engine.quiet();
        }
    }

    @Test
    void anAnswerThatBreaksOffIsTruncated() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            runtime.environment()
                    .openAnswer(invocation.requestId(), "text/plain", true)
                    .truncated();
            runtime.hang();
        })) {
            assertThat(engine.call("x").error().errorType()).isEqualTo("Runtime.TruncatedResponse");
        }
    }

    private static byte[] payload(InvocationResult.FunctionError error) {
        byte[] payload = error.payload();
        return payload == null ? new byte[0] : payload;
    }

    interface Verb {
        void run() throws Exception;
    }

    static RuntimeRefusedException refusal(Verb verb) {
        try {
            verb.run();
        } catch (RuntimeRefusedException e) {
            return e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("Not refused");
    }

    /// The runtime has the invocation: its START line is written.
    static void awaitDelivery(Engine engine) {
        eventually("delivered", () -> engine.log.stream().anyMatch(line -> line.startsWith("START")));
    }
}
