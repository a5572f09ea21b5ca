package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InvokerTest {

    @Test
    void theAnswerOfTheRuntimeReachesTheCaller() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            assertThat(engine.invoke("{\"a\":1}")).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void callsInARowMeetOneEnvironment() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(engine.invoke("x" + i)).isEqualTo("x" + i);
            }
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void callsInARowMeetOneEnvironmentAlsoForTheTail() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(engine.callForTail("x").tail()).contains("START", "END", "REPORT");
            }
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void simultaneousFirstCallsStartAtMostAsManyEnvironments() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var calls =
                    IntStream.range(0, 20).mapToObj(i -> engine.call("x" + i)).toList();
            for (int i = 0; i < 20; i++) {
                assertThat(calls.get(i).answer()).isEqualTo("x" + i);
            }
            assertThat(engine.sandboxes.started()).isBetween(1, 20);
            engine.quiet();
        }
    }

    @Test
    void nobodyWaitsForAnothersInvocationWhileThereIsCapacity() throws Exception {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(runtime -> {
            while (true) {
                var invocation = runtime.next();
                if (new String(invocation.payload(), StandardCharsets.UTF_8).equals("slow")) {
                    release.await();
                }
                runtime.answer(invocation, "done");
            }
        })) {
            var slow = engine.call("slow");
            eventually("one environment", () -> engine.sandboxes.started() == 1);
            assertThat(engine.invoke("fast")).isEqualTo("done");
            assertThat(slow.over()).isFalse();
            release.countDown();
            assertThat(slow.answer()).isEqualTo("done");
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void theCallerHasTheAnswerBeforeTheRuntimeAsksForMore() {
        try (var engine = Engine.of(runtime -> {
            var invocation = runtime.next();
            runtime.answer(invocation, "early");
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("early");
            assertThat(engine.slots()).isEqualTo(1);
        }
    }

    @Test
    void aCallerWaitsForAnEnvironmentAboutToBeIdleTwentyMillisecondsOnly() {
        try (var engine = Engine.each(n -> runtime -> {
            var invocation = runtime.next();
            runtime.answer(invocation, "from " + n);
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("from 0");
            var second = engine.call("y");
            eventually("it waits", () -> engine.clock.waitingWithin(Duration.ofMillis(20)) == 1);
            assertThat(engine.sandboxes.started()).isEqualTo(1);
            engine.clock.advance(Duration.ofMillis(20));
            assertThat(second.answer()).isEqualTo("from 1");
        }
    }

    @Test
    void onlyAsManyCallersWaitAsEnvironmentsAreAboutToBeIdle() {
        try (var engine = Engine.each(n -> runtime -> {
            var invocation = runtime.next();
            runtime.answer(invocation, "from " + n);
            runtime.hang();
        })) {
            assertThat(engine.invoke("x")).isEqualTo("from 0");
            var _ = engine.call("y");
            eventually("it waits", () -> engine.clock.waitingWithin(Duration.ofMillis(20)) == 1);
            assertThat(engine.invoke("z")).isEqualTo("from 1");
        }
    }

    @Test
    void aCallerTakesAnEnvironmentThatBecameIdleWhileItsOwnWasStarting() throws Exception {
        var firstDone = new CountDownLatch(1);
        var secondStarts = new CountDownLatch(1);
        try (var engine = Engine.each(n -> runtime -> {
            if (n == 1) {
                secondStarts.await();
            }
            while (true) {
                var invocation = runtime.next();
                if (n == 0) {
                    firstDone.await();
                }
                runtime.answer(invocation, "from " + n);
            }
        })) {
            var first = engine.call("x");
            eventually("one runs", () -> engine.sandboxes.started() == 1);
            var second = engine.call("y");
            eventually("another starts", () -> engine.sandboxes.started() == 2);
            firstDone.countDown();
            assertThat(first.answer()).isEqualTo("from 0");
            assertThat(second.answer()).isEqualTo("from 0");
            secondStarts.countDown();
            eventually("both idle", () -> engine.pool.idle() == 2);
        }
    }

    @Test
    void aCallerWhoHangsUpLeavesTheFunctionRunning() throws Exception {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(FakeRuntime.answering("done", release))) {
            var call = engine.call("x");
            eventually("it runs", () -> engine.sandboxes.started() == 1 && engine.pool.idle() == 0);
            call.hangUp();
            assertThat(call.refusal()).isInstanceOf(InterruptedException.class);
            assertThat(engine.slots()).isEqualTo(1);
            release.countDown();
            engine.quiet();
            assertThat(engine.log).anyMatch(line -> line.startsWith("REPORT"));
            assertThat(engine.invoke("y")).isEqualTo("done");
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void anEnvironmentThatCannotBeStartedIsNotTheFunctionsFault() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.sandboxes.failStarts(1);
            assertThat(engine.call("x").refusal())
                    .isInstanceOf(EnvironmentUnavailableException.class)
                    .hasMessageContaining("no sandbox today");
            engine.quiet();
            assertThat(engine.credentialsOut).hasValue(0);
            assertThat(engine.foldersOut).hasValue(0);
            assertThat(engine.sandboxes.openAddresses()).isZero();
            assertThat(engine.invoke("x")).isEqualTo("x");
        }
    }

    @Test
    void startsThatFailInARowAreReportedUntilOneSucceeds() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.sandboxes.failStarts(3);
            for (int i = 0; i < 3; i++) {
                assertThat(engine.startFailures.problem()).isEmpty();
                assertThat(engine.call("x").refusal()).isInstanceOf(EnvironmentUnavailableException.class);
            }
            assertThat(engine.startFailures.problem())
                    .contains("Execution environments do not start, 3 failed in a row: no sandbox today");
            assertThat(engine.invoke("x")).isEqualTo("x");
            assertThat(engine.startFailures.problem()).isEmpty();
            assertThat(engine.startFailures.total()).isEqualTo(3);
        }
    }

    @Test
    void startsThatFailedLongAgoAreNoProblemNow() {
        var clock = new ManualClock();
        var failures = new StartFailures(clock);
        for (int i = 0; i < StartFailures.SEVERAL; i++) {
            failures.failed("no disk");
        }
        clock.advance(StartFailures.REMEMBERED);
        assertThat(failures.problem()).isPresent();
        clock.advance(Duration.ofNanos(1));
        assertThat(failures.problem()).isEmpty();
    }

    @Test
    void closingEndsEverything() {
        var engine = Engine.of(runtime -> {
            runtime.next();
            runtime.hang();
        });
        var call = engine.call("x");
        eventually("it runs", () -> engine.sandboxes.started() == 1);
        engine.close();
        assertThat(call.refusal()).isInstanceOf(EnvironmentUnavailableException.class);
        assertThat(engine.sandboxes.live()).isEmpty();
        assertThat(engine.slots()).isZero();
        assertThat(engine.call("y").refusal()).isInstanceOf(EnvironmentUnavailableException.class);
    }
}
