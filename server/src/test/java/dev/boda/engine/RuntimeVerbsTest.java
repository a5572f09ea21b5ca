package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static dev.boda.engine.FailureTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.engine.RuntimeRefusedException.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a runtime may ask of its environment, and when.
class RuntimeVerbsTest {

    private final List<RuntimeRefusedException> refusals = Collections.synchronizedList(new ArrayList<>());

    @Test
    void anotherRequestIdIsRefused() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            refusals.add(refusal(() -> runtime.answer("another", "no")));
            runtime.answer(invocation, "yes");
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("yes");
            assertThat(refusals).extracting(RuntimeRefusedException::reason).containsExactly(Reason.INVALID_REQUEST_ID);
        }
    }

    @Test
    void aSecondAnswerIsRefused() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            runtime.answer(invocation, "first");
            refusals.add(refusal(() -> runtime.answer(invocation, "second")));
            refusals.add(refusal(() -> runtime.fail(invocation, "E", "{}")));
            runtime.next();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("first");
            engine.quiet();
            assertThat(refusals)
                    .extracting(RuntimeRefusedException::reason)
                    .containsExactly(Reason.INVALID_STATE_TRANSITION, Reason.INVALID_STATE_TRANSITION);
            assertThat(refusals.getFirst())
                    .hasMessage(
                            "State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. "
                                    + "Error: State transition is not allowed");
        }
    }

    @Test
    void refusalsNameTheRuntimesStateAsAwsDoes() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            refusals.add(refusal(() -> runtime.environment().initFailed("E", new byte[0])));
            var opened = runtime.environment().openAnswer(invocation.requestId(), "", false);
            refusals.add(refusal(() -> runtime.environment().openNext()));
            opened.complete();
            refusals.add(refusal(() -> runtime.environment().initFailed("E", new byte[0])));
            runtime.environment().openNext();
            refusals.add(refusal(() -> runtime.environment().initFailed("E", new byte[0])));
            runtime.hang();
        })) {
            assertThat(engine.call("x").result()).isInstanceOf(InvocationResult.Success.class);
            eventually("all was tried", () -> refusals.size() == 4);
            assertThat(refusals)
                    .extracting(Throwable::getMessage)
                    .containsExactly(
                            transition("Running", "InitError"),
                            transition("InvocationResponse", "Ready"),
                            transition("RuntimeResponseSentState", "InitError"),
                            transition("Ready", "InitError"));
        }
    }

    private static String transition(String from, String to) {
        return "State transition from " + from + " to " + to
                + " failed for runtime. Error: State transition is not allowed";
    }

    @Test
    void anAnswerAfterAskingForMoreIsRefused() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            runtime.answer(invocation, "first");
            runtime.environment().openNext();
            refusals.add(refusal(() -> runtime.answer(invocation, "second")));
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("first");
            eventually("refused", () -> !refusals.isEmpty());
            assertThat(refusals)
                    .extracting(RuntimeRefusedException::reason)
                    .containsExactly(Reason.INVALID_STATE_TRANSITION);
        }
    }

    @Test
    void anAnswerBeforeAnyInvocationIsRefused() {
        try (var engine = Engine.of(runtime -> {
            refusals.add(refusal(() -> runtime.answer("early", "no")));
            FakeRuntime.echo(runtime);
        })) {
            assertThat(engine.invoke("x")).isEqualTo("x");
            assertThat(refusals).extracting(RuntimeRefusedException::reason).containsExactly(Reason.INVALID_REQUEST_ID);
        }
    }

    @Test
    void anInitErrorAfterInitIsRefused() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            refusals.add(refusal(() -> runtime.initFailed("E", "{}")));
            runtime.answer(invocation, "fine");
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("fine");
            assertThat(refusals)
                    .extracting(RuntimeRefusedException::reason)
                    .containsExactly(Reason.INVALID_STATE_TRANSITION);
        }
    }

    @Test
    void askingAgainBeforeAnsweringGetsTheSameEvent() {
        try (var engine = Engine.of(runtime -> {
            var first = runtime.nextEvent();
            var second = runtime.nextEvent();
            runtime.answer(second.invocation(), String.valueOf(first.equals(second)));
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("true");
        }
    }

    @Test
    void askingAgainWhileParkedReplacesTheParkedRequest() {
        try (var engine = Engine.of(runtime -> {
            var old = runtime.environment().openNext();
            var request = runtime.environment().openNext();
            refusals.add(refusal(old::await));
            old.abandon();
            runtime.answer(request.await().invocation(), "to the new one");
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("to the new one");
        }
    }

    @Test
    void theEventTellsItsDeadline() {
        try (var engine = Engine.of(runtime -> {
            var event = runtime.nextEvent();
            runtime.answer(event.invocation(), String.valueOf(event.deadlineMillis()));
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo(String.valueOf(engine.clock.epochMillis() + 3_000));
        }
    }

    @Test
    void askingForMoreInTheMiddleOfAnAnswerIsRefused() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            var answer = runtime.environment().openAnswer(invocation.requestId(), "text/plain", true);
            refusals.add(refusal(() -> runtime.environment().openNext()));
            answer.complete();
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEmpty();
            assertThat(refusals)
                    .extracting(RuntimeRefusedException::reason)
                    .containsExactly(Reason.INVALID_STATE_TRANSITION);
        }
    }
}
