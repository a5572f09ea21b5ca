package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.OwnAccess;
import dev.boda.telemetry.FunctionLogs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What an invocation leaves in its log, and in which order.
class JournalTest {

    @Test
    void outputStandsBetweenStartAndEndAlsoWhatCameAfterTheAnswer() {
        try (var engine = Engine.of(runtime -> {
            runtime.print("init\n");
            while (true) {
                var invocation = runtime.next();
                runtime.print("before\n");
                runtime.answer(invocation, "x");
                runtime.print("after\n");
            }
        })) {
            engine.invoke("x");
            engine.quiet();
            assertThat(engine.log.stream()
                            .map(line -> line.replaceAll("[ \t].*", "").strip()))
                    .containsExactly("INIT_START", "init", "START", "before", "after", "END", "REPORT");
        }
    }

    @Test
    void theTailEndsWithTheReport() {
        try (var engine = Engine.of(runtime -> {
            while (true) {
                var invocation = runtime.next();
                runtime.answer(invocation, "x");
                runtime.print("last line\n");
            }
        })) {
            for (int i = 0; i < 20; i++) {
                assertThat(engine.callForTail("x").tail().lines().map(line -> line.replaceAll("[ \t].*", "")))
                        .containsSubsequence("START", "last", "END", "REPORT");
            }
        }
    }

    @Test
    void theTailOfATimeoutTellsIt() {
        try (var engine = Engine.of(runtime -> {
            runtime.next();
            runtime.hang();
        })) {
            var call = engine.callForTail("x");
            FailureTest.awaitDelivery(engine);
            engine.clock.advance(Duration.ofSeconds(3));
            assertThat(call.error().errorType()).isEqualTo("Sandbox.Timedout");
            assertThat(call.tail()).contains("Task timed out after 3.00 seconds", "END RequestId", "Status: timeout");
        }
    }

    @Test
    void aReportTellsDurationBilledDurationAndMemory() {
        var asked = new CountDownLatch(1);
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            runtime.answer(invocation, "x");
            asked.await();
            runtime.next();
        })) {
            engine.invoke("x");
            engine.sandboxes.get(0).peak(33_000_000);
            engine.clock.advance(Duration.ofMillis(1_750));
            asked.countDown();
            engine.quiet();
            assertThat(engine.log.getLast())
                    .contains(
                            "Duration: 1750.00 ms",
                            "Billed Duration: 1750 ms",
                            "Memory Size: 128 MB",
                            "Max Memory Used: 32 MB");
        }
    }

    @Test
    void outputThatCannotBeDrainedEndsTheEnvironmentAndLeavesNothing() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.sandboxes.breakOutput();
            assertThat(engine.invoke("x")).isEqualTo("x");
            engine.quiet();
            assertThat(engine.pool.open()).isZero();
        }
    }

    @Test
    void aDeliveryThatComesLateWritesNothingInTheLogThatItsInvocationLeft() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var logs = new FunctionLogs(
                    (_, _, message) -> engine.log.add(new String(message, StandardCharsets.UTF_8)),
                    new OwnAccess(_ -> true, Instant::now),
                    Instant::now,
                    new Random(1),
                    0);
            var left = logs.open(Engine.version());
            var next = logs.open(Engine.version());
            var invocation = Engine.invocation(Engine.version(), "x", false);
            var placement = new Placement(invocation, new Call.Sink(64), new Slot(List.of()), engine.clock);

            placement.begin(left);
            assertThat(placement.leaveLog()).isFalse();
            placement.startLog(left);
            assertThat(engine.log).isEmpty();

            placement.begin(next);
            placement.startLog(left);
            assertThat(engine.log).isEmpty();
            placement.startLog(next);
            placement.startLog(next);
            assertThat(engine.log).hasSize(1);
            assertThat(placement.leaveLog()).isTrue();
        }
    }
}
