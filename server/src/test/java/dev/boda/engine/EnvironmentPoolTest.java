package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EnvironmentPoolTest {

    private static Call call(Engine engine, String version) {
        return new Call(engine, Engine.invocation(Engine.version(version, 3), version, false));
    }

    @Test
    void anIdleEnvironmentExpires() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.invoke("x");
            engine.quiet();
            engine.clock.advance(Engine.IDLE.minusMillis(1));
            assertThat(engine.invoke("y")).isEqualTo("y");
            assertThat(engine.sandboxes.started()).isEqualTo(1);
            engine.quiet();
            engine.clock.advance(Engine.IDLE.minusMillis(1));
            assertThat(engine.pool.open()).isEqualTo(1);
            engine.clock.advance(Duration.ofMillis(1));
            eventually("it is gone", () -> engine.pool.open() == 0);
            assertThat(engine.sandboxes.live()).isEmpty();
            assertThat(engine.sandboxes.openAddresses()).isZero();
            assertThat(engine.credentialsOut).hasValue(0);
            assertThat(engine.foldersOut).hasValue(0);
        }
    }

    @Test
    void whatIsEndedOnDemandIsGoneAndItsCallersAreTold() {
        try (var engine = Engine.of(runtime -> {
            while (true) {
                var invocation = runtime.next();
                var payload = new String(invocation.payload(), StandardCharsets.UTF_8);
                if (payload.equals("hang")) {
                    runtime.hang();
                }
                runtime.answer(invocation, payload);
            }
        })) {
            engine.invoke("x");
            engine.quiet();
            var hanging = engine.call("hang");
            assertThat(call(engine, "other").answer()).isEqualTo("other");
            eventually("it runs", () -> engine.slots() == 1);

            assertThat(engine.pool.end(List.of("v1"))).isEqualTo(1);

            assertThat(hanging.refusal())
                    .isInstanceOf(EnvironmentUnavailableException.class)
                    .hasMessageContaining("reset");
            assertThat(engine.pool.open()).as("other versions run on").isEqualTo(1);
            assertThat(engine.slots()).isZero();
            assertThat(engine.sandboxes.live()).hasSize(1);
            assertThat(call(engine, "other").answer()).isEqualTo("other");
        }
    }

    @Test
    void anInvocationThatArrivesAfterItsVersionWasEndedIsRefused() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.pool.end(List.of("v1"));
            assertThat(engine.call("x").refusal()).isInstanceOf(EnvironmentUnavailableException.class);
            eventually("nothing is left", () -> engine.pool.open() == 0 && engine.slots() == 0);
            assertThat(engine.sandboxes.started()).isZero();
        }
    }

    @Test
    void whatWasRetiredAndStillRunsIsEndedTooOnDemand() {
        try (var engine = Engine.of(FakeRuntime::hang)) {
            var hanging = engine.call("x");
            eventually("it runs", () -> engine.sandboxes.started() == 1);
            engine.pool.retire("v1");
            assertThat(engine.pool.end(List.of())).isEqualTo(1);
            assertThat(hanging.refusal()).isInstanceOf(EnvironmentUnavailableException.class);
        }
    }

    @Test
    void endingWhileManyCallLeavesNothingAndNobodyWaiting() throws Exception {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var calls = new ArrayList<Call>();
            var stop = new CountDownLatch(1);
            var caller = Thread.ofVirtual().start(() -> {
                while (stop.getCount() > 0) {
                    calls.add(engine.call("x"));
                    calls.getLast().outcome();
                }
            });
            var first = IntStream.range(0, 50).mapToObj(_ -> engine.call("y")).toList();
            engine.pool.end(List.of("v1"));
            stop.countDown();
            caller.join();
            for (var call : Stream.concat(calls.stream(), first.stream()).toList()) {
                assertThat(call.outcome())
                        .isInstanceOfAny(InvocationResult.Success.class, EnvironmentUnavailableException.class);
            }
            eventually("nothing is left", () -> engine.pool.open() == 0 && engine.slots() == 0);
        }
    }

    @Test
    void theEnvironmentUsedLastIsUsedNext() throws Exception {
        var both = new CountDownLatch(2);
        try (var engine = Engine.each(n -> runtime -> {
            while (true) {
                var invocation = runtime.next();
                both.countDown();
                both.await();
                runtime.answer(invocation, "from " + n);
            }
        })) {
            var first = engine.call("x");
            var second = engine.call("y");
            first.answer();
            second.answer();
            engine.quiet();
            String used = engine.invoke("z");
            engine.quiet();
            assertThat(engine.invoke("z")).isEqualTo(used);
        }
    }

    @Test
    void aRetiredVersionsIdleEnvironmentEndsNow() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            call(engine, "v1").answer();
            call(engine, "v2").answer();
            engine.quiet();
            engine.pool.retire("v1");
            eventually("one is left", () -> engine.pool.open() == 1);
            assertThat(engine.pool.idle()).isEqualTo(1);
        }
    }

    @Test
    void aRetiredVersionsBusyEnvironmentEndsWhenItHasFinished() throws Exception {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(FakeRuntime.answering("done", release))) {
            var call = call(engine, "v1");
            FailureTest.awaitDelivery(engine);
            engine.pool.retire("v1");
            release.countDown();
            assertThat(call.answer()).isEqualTo("done");
            eventually("it is gone", () -> engine.pool.open() == 0);
        }
    }

    @Test
    void aLateInvocationOfARetiredVersionIsServedAndLeavesNothing() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.pool.retire("v1");
            assertThat(call(engine, "v1").answer()).isEqualTo("v1");
            eventually("it is gone", () -> engine.pool.open() == 0);
        }
    }

    @Test
    void anOldEnvironmentGetsNoMoreInvocations() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.invoke("x");
            engine.quiet();
            for (int i = 0; i < 15; i++) {
                engine.clock.advance(Duration.ofMinutes(9));
                engine.invoke("y");
                engine.quiet();
            }
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void theEnvironmentIdleLongestMakesRoomForAnother() {
        try (var engine =
                new Engine(_ -> FakeRuntime::echo, Engine.LIMITS.with(its -> its.openEnvironments = 2), 1_000)) {
            call(engine, "v1").answer();
            engine.quiet();
            engine.clock.advance(Duration.ofSeconds(1));
            call(engine, "v2").answer();
            engine.quiet();
            engine.clock.advance(Duration.ofSeconds(1));
            call(engine, "v3").answer();
            engine.quiet();
            assertThat(engine.pool.open()).isEqualTo(2);
            call(engine, "v2").answer();
            assertThat(engine.sandboxes.started()).isEqualTo(3);
        }
    }

    @Test
    void withoutRoomAnInvocationIsThrottled() {
        try (var engine = new Engine(
                _ -> runtime -> {
                    runtime.next();
                    runtime.hang();
                },
                Engine.LIMITS.with(its -> its.openEnvironments = 2),
                1_000)) {
            var version = Engine.version("v1", 900);
            IntStream.range(0, 2).forEach(_ -> new Call(engine, Engine.invocation(version, "x", false)));
            eventually("both run", () -> engine.sandboxes.started() == 2);
            var call = new Call(engine, Engine.invocation(version, "x", false));
            eventually("it waits for room", () -> engine.pool.waitingStarts() == 1);
            engine.clock.advance(Engine.LIMITS.placing().minusMillis(1));
            assertThat(call.over()).isFalse();
            engine.clock.advance(Duration.ofMillis(1));
            assertThat(call.refusal())
                    .isInstanceOf(ThrottledException.class)
                    .hasMessageContaining("--max-environments");
        }
    }

    /// The first answers when it may; of the others, Init ends when it may.
    private static FakeRuntime.Script script(int number, Semaphore answers, CountDownLatch inits) {
        return runtime -> {
            if (number > 1) {
                inits.await();
            }
            while (true) {
                var invocation = runtime.next();
                answers.acquire();
                runtime.answer(invocation, "from " + number);
            }
        };
    }

    @Test
    void whereNothingCanBeStartedAnInvocationWaitsForTheEnvironmentThatIsAboutToBeIdle() {
        var asks = new Semaphore(0);
        try (var engine = Engine.of(asksOnlyWhenLet(asks))) {
            engine.invoke("x");
            engine.sandboxes.failStarts(1);
            var waiting = engine.call("y");
            eventually("its 20 ms are over, and its start has failed", () -> {
                engine.clock.advance(Engine.LIMITS.aboutToBeFree());
                return engine.sandboxes.failuresLeft() == 0 && engine.pool.open() == 1;
            });
            assertThat(waiting.over()).isFalse();
            asks.release(2);
            assertThat(waiting.answer()).isEqualTo("warm");
        }
    }

    @Test
    void whenTheServerItselfStoodStillNobodyWaitedInVain() {
        var asks = new Semaphore(0);
        try (var engine = Engine.of(asksOnlyWhenLet(asks))) {
            engine.invoke("x");
            var waiting = engine.call("y");
            eventually("it waits", () -> waits(engine));
            engine.clock.advance(Duration.ofMillis(50));
            eventually("it waits on", () -> waits(engine));
            asks.release(2);
            assertThat(waiting.answer()).isEqualTo("warm");
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    private static FakeRuntime.Script asksOnlyWhenLet(Semaphore asks) {
        return runtime -> {
            while (true) {
                runtime.answer(runtime.next(), "warm");
                asks.acquire();
            }
        };
    }

    private static boolean waits(Engine engine) {
        return engine.clock.waitingWithin(Engine.LIMITS.aboutToBeFree()) == 1;
    }

    @Test
    void aStartUnderWayThatNobodyNeedsAnyMoreServesTheNextInvocation() {
        var answers = new Semaphore(0);
        var inits = new CountDownLatch(1);
        var numbers = new AtomicInteger();
        try (var engine = Engine.each(_ -> script(numbers.incrementAndGet(), answers, inits))) {
            var first = engine.call("x");
            FailureTest.awaitDelivery(engine);
            var second = engine.call("x");
            eventually("another is started for it", () -> engine.sandboxes.started() == 2);
            answers.release(2);
            assertThat(first.answer()).isEqualTo("from 1");
            assertThat(second.answer()).isEqualTo("from 1");
            eventually("the first is idle", () -> engine.pool.idle() == 1);
            var third = engine.call("x");
            eventually("the first has it", () -> engine.pool.idle() == 0);
            var fourth = engine.call("x");
            inits.countDown();
            answers.release(2);
            assertThat(third.answer()).isEqualTo("from 1");
            assertThat(fourth.answer()).startsWith("from ");
            engine.quiet();
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void aStartThatNobodyNeedsAnyMoreDoesNotBegin() {
        var answers = new Semaphore(0);
        var inits = new CountDownLatch(1);
        var numbers = new AtomicInteger();
        try (var engine = new Engine(
                _ -> script(numbers.incrementAndGet(), answers, inits),
                Engine.LIMITS.with(its -> its.startsAtOnce = 1),
                1_000)) {
            var first = engine.call("x");
            FailureTest.awaitDelivery(engine);
            var second = engine.call("x");
            eventually("another is started for it", () -> engine.sandboxes.started() == 2);
            var third = engine.call("x");
            eventually("a third awaits its turn", () -> engine.pool.open() == 3);
            answers.release(3);
            assertThat(first.answer()).isEqualTo("from 1");
            assertThat(second.answer()).isEqualTo("from 1");
            assertThat(third.answer()).isEqualTo("from 1");
            inits.countDown();
            eventually("it was not started", () -> engine.pool.open() == 2);
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void closingInAHurryWaitsForNobody() throws Exception {
        var engine = new Engine(
                _ -> runtime -> {
                    runtime.next();
                    runtime.hang();
                },
                Engine.LIMITS.with(its -> its.drain = Duration.ofMinutes(10)),
                1_000);
        var call = engine.call("x");
        FailureTest.awaitDelivery(engine);
        var closing = Thread.ofVirtual().start(engine::close);
        assertThat(closing.join(Duration.ofMillis(50))).isFalse();
        engine.pool.endNow();
        assertThat(call.refusal()).isInstanceOf(EnvironmentUnavailableException.class);
        assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void anInvocationThatArrivesWhileInvocationsAreAwaitedIsServed() throws Exception {
        var answers = new Semaphore(0);
        var engine = new Engine(
                _ -> script(1, answers, new CountDownLatch(0)),
                Engine.LIMITS.with(its -> its.drain = Duration.ofMinutes(10)),
                1_000);
        var first = engine.call("x");
        FailureTest.awaitDelivery(engine);
        var closing = Thread.ofVirtual().start(engine::close);
        assertThat(closing.join(Duration.ofMillis(50))).isFalse();
        var late = engine.call("y");
        eventually("it runs", () -> engine.sandboxes.started() == 2);
        answers.release(2);
        assertThat(first.answer()).isEqualTo("from 1");
        assertThat(late.answer()).isEqualTo("from 1");
        assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
    }
}
