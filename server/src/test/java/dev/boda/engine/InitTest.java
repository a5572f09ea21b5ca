package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Init ahead of an invocation, and its second try as part of one.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
class InitTest {

    private static final Duration INIT = Duration.ofSeconds(10);

    @Test
    void initHasTenSecondsThatAreNotTheFunctionsTimeout() {
        var imported = new CountDownLatch(1);
        try (var engine = Engine.of(runtime -> {
            imported.await();
            FakeRuntime.echo(runtime);
        })) {
            var call = engine.call("x");
            eventually("it starts", () -> engine.sandboxes.started() == 1);
            engine.clock.advance(Duration.ofSeconds(9));
            imported.countDown();
            assertThat(call.answer()).isEqualTo("x");
            engine.quiet();
            assertThat(engine.log)
                    .anyMatch(line -> line.startsWith("REPORT") && line.contains("Init Duration: 9000.00 ms"));
        }
    }

    @Test
    void theCpuIsLimitedWhenInitHasEndedAndBeforeTheFirstEvent() {
        var duringInit = new AtomicBoolean(true);
        var atTheEvent = new AtomicBoolean(false);
        try (var engine = Engine.of(runtime -> {
            duringInit.set(runtime.sandbox().cpuLimited());
            var event = runtime.next();
            atTheEvent.set(runtime.sandbox().cpuLimited());
            runtime.answer(event, "done");
            FakeRuntime.echo(runtime);
        })) {
            assertThat(engine.invoke("x")).isEqualTo("done");
        }
        assertThat(duringInit).isFalse();
        assertThat(atTheEvent).isTrue();
    }

    @Test
    void theFirstReportTellsInitAndTheSecondDoesNot() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.invoke("x");
            engine.invoke("y");
            engine.quiet();
            var reports = engine.log.stream()
                    .filter(line -> line.startsWith("REPORT"))
                    .toList();
            assertThat(reports).hasSize(2);
            assertThat(reports.get(0)).contains("Init Duration");
            assertThat(reports.get(1)).doesNotContain("Init Duration");
        }
    }

    @Test
    void anInitErrorIsTriedOnceMoreAndThenReportedAsTheRuntimeSaidIt() {
        try (var engine = Engine.of(runtime -> {
            runtime.initFailed("Runtime.ImportModuleError", "{\"errorType\":\"Runtime.ImportModuleError\"}");
            throw FakeRuntime.exit(1);
        })) {
            var error = engine.call("x").error();
            assertThat(error.errorType()).isEqualTo("Runtime.ImportModuleError");
            byte[] payload = error.payload();
            assertThat(payload)
                    .isEqualTo("{\"errorType\":\"Runtime.ImportModuleError\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(engine.sandboxes.started()).isEqualTo(2);
            engine.quiet();
            assertThat(engine.log.stream()
                            .map(line -> line.replaceAll("[ \t].*", "").strip()))
                    .containsExactly("INIT_START", "INIT_REPORT", "INIT_REPORT", "START", "END", "REPORT");
            assertThat(engine.log.get(1)).contains("Phase: init", "Status: error", "Runtime.ImportModuleError");
            assertThat(engine.log.get(2)).contains("Phase: invoke", "Status: error", "Runtime.ImportModuleError");
        }
    }

    @Test
    void aSecondInitThatSucceedsRunsTheInvocation() {
        try (var engine = Engine.each(n -> runtime -> {
            if (n == 0) {
                throw FakeRuntime.exit(1);
            }
            FakeRuntime.echo(runtime);
        })) {
            assertThat(engine.invoke("x")).isEqualTo("x");
            engine.quiet();
            assertThat(engine.log).noneMatch(line -> line.startsWith("REPORT") && line.contains("Init Duration"));
            assertThat(engine.invoke("y")).isEqualTo("y");
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void anExitInBothInitsIsAnExitError() {
        try (var engine = Engine.of(runtime -> {
            throw FakeRuntime.exit(127);
        })) {
            var call = engine.call("x");
            assertThat(call.error().errorType()).isEqualTo("Runtime.ExitError");
            assertThat(call.error().errorMessage())
                    .isEqualTo("RequestId: " + call.invocation().requestId()
                            + " Error: Runtime exited with error: exit status 127");
            engine.quiet();
        }
    }

    @Test
    void aSecondInitRunsUnderTheFunctionsTimeout() {
        try (var engine = Engine.of(FakeRuntime::hang)) {
            var call = engine.call("x");
            eventually("first Init", () -> engine.clock.waitingWithin(INIT) == 1);
            engine.clock.advance(INIT);
            eventually(
                    "second Init",
                    () -> engine.sandboxes.started() == 2 && engine.clock.waitingWithin(Duration.ofSeconds(3)) == 1);
            assertThat(call.over()).isFalse();
            engine.clock.advance(Duration.ofSeconds(3));
            assertThat(call.error().errorType()).isEqualTo("Sandbox.Timedout");
            assertThat(call.error().errorMessage()).endsWith("Task timed out after 3.00 seconds");
            engine.quiet();
            assertThat(engine.log).anyMatch(line -> line.contains("Phase: init") && line.contains("Status: timeout"));
        }
    }

    @Test
    void everyCallerOfAFunctionThatCannotInitialiseGetsItsOwnError() {
        try (var engine = Engine.of(runtime -> {
            throw FakeRuntime.exit(1);
        })) {
            var calls =
                    IntStream.range(0, 10).mapToObj(i -> engine.call("x" + i)).toList();
            eventually("each has an error", () -> {
                engine.clock.advance(Duration.ofMillis(10));
                return calls.stream().allMatch(Call::over);
            });
            for (var call : calls) {
                assertThat(call.error().errorMessage())
                        .contains(call.invocation().requestId());
            }
            engine.quiet();
            assertThat(engine.pool.open()).isZero();
        }
    }

    @Test
    void aVersionWhoseInitFailsAgainAndAgainTriesNowAndThenOnly() {
        try (var engine = Engine.of(runtime -> {
            throw FakeRuntime.exit(1);
        })) {
            engine.call("x").error();
            engine.call("x").error();
            engine.quiet();
            int before = engine.sandboxes.started();
            engine.call("the last that finds no gap").error();
            var calls =
                    IntStream.range(0, 20).mapToObj(i -> engine.call("x" + i)).toList();
            eventually("they wait", () -> engine.clock.waitingWithin(Duration.ofSeconds(1)) > 0);
            assertThat(engine.sandboxes.started()).isLessThanOrEqualTo(before + 2);
            eventually("each gets an error of its own", () -> {
                engine.clock.advance(Duration.ofMillis(50));
                return calls.stream().allMatch(Call::over);
            });
            for (var call : calls) {
                assertThat(call.error().errorMessage())
                        .contains(call.invocation().requestId());
            }
            assertThat(engine.sandboxes.started())
                    .as("one Init is for all who waited for it")
                    .isLessThan(before + 10);
            engine.quiet();
            assertThat(engine.log.stream().filter(line -> line.startsWith("REPORT")))
                    .hasSize(23);
        }
    }

    @Test
    void anInitThatSucceedsEndsTheGaps() {
        var broken = new AtomicBoolean(true);
        try (var engine = Engine.of(runtime -> {
            if (broken.get()) {
                throw FakeRuntime.exit(1);
            }
            FakeRuntime.echo(runtime);
        })) {
            engine.call("x").error();
            engine.call("x").error();
            engine.quiet();
            broken.set(false);
            var healed = engine.call("y");
            eventually("it is served", () -> {
                engine.clock.advance(Duration.ofSeconds(1));
                return healed.over();
            });
            assertThat(healed.answer()).isEqualTo("y");
            var more = IntStream.range(0, 10).mapToObj(_ -> engine.call("z")).toList();
            more.forEach(call -> assertThat(call.answer()).isEqualTo("z"));
        }
    }
}
