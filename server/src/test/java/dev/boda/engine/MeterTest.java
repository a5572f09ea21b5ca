package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.telemetry.metrics.FunctionMeter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What is counted of invocations, by CloudWatch's definitions.
class MeterTest {

    private static FunctionMeter.Reading reading(Engine engine) {
        return engine.meters.of(Engine.version()).read();
    }

    @Test
    void anInvocationIsCountedOnceWithTheDurationThatItsReportTells() {
        var asked = new CountDownLatch(1);
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            runtime.answer(invocation, "x");
            asked.await();
            runtime.next();
        })) {
            engine.invoke("x");
            assertThat(reading(engine).invocations())
                    .as("before its REPORT is written")
                    .isZero();
            engine.clock.advance(Duration.ofMillis(1_750));
            asked.countDown();
            engine.quiet();
            var reading = reading(engine);
            assertThat(reading.invocations()).isOne();
            assertThat(reading.errors()).isZero();
            assertThat(reading.durations().count()).isOne();
            assertThat(reading.durations().sumSeconds()).isEqualTo(1.75);
            assertThat(engine.log.getLast()).contains("Duration: 1750.00 ms");
        }
    }

    @Test
    void anErrorOfTheCodeIsAnInvocationAndAnError() {
        try (var engine = Engine.of(runtime -> {
            while (true) {
                runtime.fail(runtime.next(), "KeyError", "{}");
            }
        })) {
            assertThat(engine.call("x").error().errorType()).isEqualTo("KeyError");
            engine.quiet();
            assertThat(reading(engine).invocations()).isOne();
            assertThat(reading(engine).errors()).isOne();
        }
    }

    @Test
    void aTimeoutIsAnErrorThatTookTheTimeout() {
        try (var engine = Engine.of(runtime -> {
            runtime.next();
            runtime.hang();
        })) {
            var call = engine.call("x");
            FailureTest.awaitDelivery(engine);
            engine.clock.advance(Duration.ofSeconds(3));
            call.error();
            engine.quiet();
            assertThat(reading(engine).errors()).isOne();
            assertThat(reading(engine).durations().sumSeconds()).isEqualTo(3);
        }
    }

    @Test
    void aThrottledRequestIsNoInvocation() {
        try (var engine = new Engine(_ -> FakeRuntime::echo, Engine.LIMITS, 0)) {
            assertThat(engine.call("x").refusal()).isInstanceOf(ThrottledException.class);
            assertThat(reading(engine).throttles()).isOne();
            assertThat(reading(engine).invocations()).isZero();
        }
    }

    @Test
    void aColdStartIsCountedWithItsInitDurationAndAWarmCallIsNone() {
        var begun = new CountDownLatch(1);
        try (var engine = Engine.of(runtime -> {
            begun.await();
            FakeRuntime.echo(runtime);
        })) {
            var call = engine.call("x");
            eventually("Init has begun", () -> engine.sandboxes.started() == 1);
            engine.clock.advance(Duration.ofMillis(120));
            begun.countDown();
            call.answer();
            engine.quiet();
            engine.invoke("x");
            engine.quiet();
            var reading = reading(engine);
            assertThat(reading.coldStarts()).isOne();
            assertThat(reading.inits().sumSeconds()).isEqualTo(0.12);
            assertThat(reading.initFailures()).isZero();
            assertThat(reading.invocations()).isEqualTo(2);
        }
    }

    @Test
    void anInitThatFailsTwiceIsTwoColdStartsAndOneError() {
        try (var engine = Engine.of(_ -> {
            throw new FakeRuntime.Exited(new Exit.Status(1));
        })) {
            assertThat(engine.call("x").error().errorType()).isEqualTo("Runtime.ExitError");
            engine.quiet();
            var reading = reading(engine);
            assertThat(reading.coldStarts()).isEqualTo(2);
            assertThat(reading.initFailures()).isEqualTo(2);
            assertThat(reading.inits().count()).isZero();
            assertThat(reading.invocations()).isOne();
            assertThat(reading.errors()).isOne();
        }
    }

    @Test
    void anInvocationThatNoRuntimeTakesIsOneError() {
        try (var engine = Engine.of(runtime -> {
            var request = runtime.environment().openNext();
            request.await();
            request.abandon();
            throw FakeRuntime.exit(1);
        })) {
            assertThat(engine.call("x").result()).isInstanceOf(InvocationResult.FunctionError.class);
            engine.quiet();
            assertThat(reading(engine).invocations()).isOne();
            assertThat(reading(engine).errors()).isOne();
        }
    }

    @Test
    void theOccupancyTellsWhatTheEnvironmentsDo() {
        var answered = new CountDownLatch(1);
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            answered.await();
            runtime.answer(invocation, "x");
            FakeRuntime.echo(runtime);
        })) {
            assertThat(engine.pool.occupancies()).isEmpty();
            var call = engine.call("x");
            FailureTest.awaitDelivery(engine);
            assertThat(engine.pool.occupancies()).containsExactly(new Occupancy(Engine.version(), 0, 1, 0, 0, 0));
            assertThat(engine.pool.occupancies().getFirst().concurrentExecutions())
                    .isOne();
            answered.countDown();
            call.answer();
            engine.quiet();
            assertThat(engine.pool.occupancies()).containsExactly(new Occupancy(Engine.version(), 0, 0, 1, 0, 0));
        }
    }
}
