package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.Sandbox.Exit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Idle environments stand still, and how they end.
class FreezeTest {

    @Test
    void anIdleEnvironmentIsFrozenAfterAWhileAndThawedForTheNextInvocation() {
        try (var engine = Engine.of(runtime -> {
            while (true) {
                var invocation = runtime.next();
                runtime.answer(invocation, runtime.sandbox().frozen() ? "frozen" : "thawed");
            }
        })) {
            assertThat(engine.invoke("x")).isEqualTo("thawed");
            engine.quiet();
            engine.clock.advance(Engine.LIMITS.freeze().minusMillis(1));
            assertThat(engine.sandboxes.get(0).frozen()).isFalse();
            engine.clock.advance(Duration.ofMillis(1));
            eventually("it stands still", () -> engine.sandboxes.get(0).frozen());
            assertThat(engine.invoke("y")).isEqualTo("thawed");
            engine.quiet();
            engine.clock.advance(Engine.LIMITS.freeze());
            eventually("and again", () -> engine.sandboxes.get(0).frozen());
        }
    }

    @Test
    void aFrozenEnvironmentEndsAsAnyOther() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.invoke("x");
            engine.quiet();
            engine.clock.advance(Engine.LIMITS.freeze());
            eventually("it stands still", () -> engine.sandboxes.get(0).frozen());
            engine.clock.advance(Engine.IDLE);
            eventually("it is gone", () -> engine.pool.open() == 0);
        }
    }

    /// As a real one, whose `next` is not answered any more: it lives until it is ended.
    static void livesOn(FakeRuntime runtime) throws Exception {
        try {
            FakeRuntime.echo(runtime);
        } catch (RuntimeRefusedException closed) {
            runtime.hang();
        }
    }

    /// A sandbox with a handler for it, which is no longer needed.
    private static FakeSandbox askedToEnd(Engine engine) {
        engine.invoke("x");
        engine.quiet();
        var sandbox = engine.sandboxes.get(0);
        sandbox.handleTermination();
        engine.pool.retire("v1");
        eventually("it was asked", sandbox::terminated);
        return sandbox;
    }

    @Test
    void whoHasAHandlerForItIsAskedToEndAndHasThreeHundredMilliseconds() {
        try (var engine = Engine.of(FreezeTest::livesOn)) {
            askedToEnd(engine);
            eventually("it is waited for", () -> engine.clock.waitingWithin(Duration.ofMillis(300)) == 1);
            assertThat(engine.sandboxes.live()).hasSize(1);
            engine.clock.advance(Duration.ofMillis(300));
            eventually("it is gone", () -> engine.pool.open() == 0);
        }
    }

    @Test
    void whoEndsWhenAskedIsNotWaitedForAnyLonger() {
        try (var engine = Engine.of(FreezeTest::livesOn)) {
            var sandbox = askedToEnd(engine);
            sandbox.exited(new Exit.Status(0));
            eventually("it is gone", () -> engine.pool.open() == 0);
        }
    }

    @Test
    void whoTimesOutIsNotAsked() {
        try (var engine = Engine.of(FakeRuntime::hang)) {
            var call = engine.call("x");
            eventually("Init", () -> engine.clock.waitingWithin(Duration.ofSeconds(10)) == 1);
            engine.sandboxes.get(0).handleTermination();
            engine.clock.advance(Duration.ofSeconds(10));
            eventually("its second", () -> engine.sandboxes.started() == 2);
            assertThat(engine.sandboxes.get(0).terminated()).isFalse();
            eventually("it waits", () -> {
                engine.clock.advance(Duration.ofSeconds(1));
                return call.over();
            });
        }
    }
}
