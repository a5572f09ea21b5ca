package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.function.FunctionVersion;
import dev.boda.function.Snapshots;
import dev.boda.sandbox.Sandbox.Exit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Memory for environments, of which there is little here.
class RoomTest {

    private static final long MEGABYTE = 1_048_576;

    private static Engine engine(long memoryMegabytes, FakeRuntime.Script script) {
        return new Engine(_ -> script, Engine.LIMITS.with(its -> its.memoryBytes = memoryMegabytes * MEGABYTE), 1_000);
    }

    static FunctionVersion version(String function, int megabytes) {
        return Snapshots.of(
                function + "-version",
                "000000000000",
                "us-east-1",
                function,
                "$LATEST",
                "python3.12",
                "app.handler",
                "arn:aws:iam::000000000000:role/r",
                "0".repeat(64),
                "x86_64",
                900,
                megabytes,
                512,
                Map.of());
    }

    private static Call call(Engine engine, String function, int megabytes) {
        return new Call(engine, Engine.invocation(version(function, megabytes), "x", false));
    }

    private static void hangs(FakeRuntime runtime) throws Exception {
        runtime.next();
        runtime.hang();
    }

    @Test
    void aVersionThatHasShownNothingCountsWithHalfOfWhatItIsConfiguredWith() {
        try (var engine = engine(512, RoomTest::hangs)) {
            IntStream.range(0, 2).forEach(i -> call(engine, "f" + i, 512));
            eventually("two halves fit", () -> engine.sandboxes.started() == 2);
            var third = call(engine, "f3", 128);
            eventually("a third waits", () -> engine.pool.waitingStarts() == 1);
            engine.clock.advance(Engine.LIMITS.placing());
            assertThat(third.refusal())
                    .isInstanceOf(ThrottledException.class)
                    .hasMessageContaining("64 MB")
                    .hasMessageContaining("512 MB")
                    .hasMessageContaining("--environment-memory");
        }
    }

    @Test
    void itCountsWithTheLargestUseThatItHasShown() {
        var init = new CountDownLatch(1);
        try (var engine = engine(512, runtime -> {
            init.await();
            FakeRuntime.echo(runtime);
        })) {
            var call = call(engine, "f", 512);
            eventually("it starts", () -> engine.sandboxes.started() == 1);
            assertThat(engine.pool.countedBytes()).isEqualTo(256 * MEGABYTE);
            engine.sandboxes.get(0).peak(40 * MEGABYTE);
            init.countDown();
            assertThat(call.answer()).isEqualTo("x");
            engine.quiet();
            assertThat(engine.pool.countedBytes()).isEqualTo(40 * MEGABYTE);
            assertThat(engine.sandboxes.get(0).share()).isEqualTo(40 * MEGABYTE);
        }
    }

    @Test
    void anEnvironmentThatIsMissedLeastMakesRoom() {
        try (var engine = engine(300, FakeRuntime::echo)) {
            for (int i = 0; i < 20; i++) {
                call(engine, "often", 256).answer();
                engine.quiet();
            }
            call(engine, "rarely", 256).answer();
            engine.quiet();
            engine.clock.advance(Duration.ofSeconds(1));
            call(engine, "new", 256).answer();
            engine.quiet();
            call(engine, "often", 256).answer();
            assertThat(engine.sandboxes.started())
                    .as("the one that is called often stayed")
                    .isEqualTo(3);
        }
    }

    /// A machine that falters for a moment is no reason to end the environment of a function that is called all the
    /// time.
    @Test
    void whatIsInSteadyUseMakesRoomOnlyAfterALongerPause() {
        try (var engine = engine(128, FakeRuntime::echo)) {
            for (int i = 0; i < 50; i++) {
                call(engine, "steady", 256).answer();
                engine.quiet();
            }
            engine.clock.advance(Engine.LIMITS.freeze().multipliedBy(Age.STEADY).minusMillis(1));
            var newcomer = call(engine, "new", 256);
            eventually("it waits", () -> engine.pool.waitingStarts() == 1);
            call(engine, "steady", 256).answer();
            eventually("it is idle", () -> engine.pool.idle() == 1);
            assertThat(engine.sandboxes.started()).isEqualTo(1);
            engine.clock.advance(Engine.LIMITS.freeze().multipliedBy(Age.STEADY).minusMillis(1));
            assertThat(newcomer.over()).isFalse();
            engine.clock.advance(Duration.ofMillis(1));
            assertThat(newcomer.answer()).isEqualTo("x");
        }
    }

    @Test
    void whoWaitsGetsTheRoomOfOneThatBecomesIdle() throws Exception {
        var release = new CountDownLatch(1);
        try (var engine = engine(128, FakeRuntime.answering("done", release))) {
            var first = call(engine, "one", 256);
            FailureTest.awaitDelivery(engine);
            var second = call(engine, "other", 256);
            eventually("it waits", () -> engine.pool.waitingStarts() == 1);
            release.countDown();
            assertThat(first.answer()).isEqualTo("done");
            answered(engine, second);
            assertThat(second.answer()).isEqualTo("done");
        }
    }

    /// Waits for the answer while time passes.
    private static void answered(Engine engine, Call call) {
        eventually("it is answered", () -> {
            engine.clock.advance(Duration.ofMillis(10));
            return call.over();
        });
    }

    @Test
    void aFunctionLargerThanAllThereIsRunsAlone() {
        try (var engine = engine(100, FakeRuntime::echo)) {
            assertThat(call(engine, "large", 10_240).answer()).isEqualTo("x");
            engine.quiet();
            var small = call(engine, "small", 128);
            answered(engine, small);
            assertThat(small.answer()).isEqualTo("x");
            engine.quiet();
            assertThat(engine.pool.open()).isEqualTo(1);
        }
    }

    @Test
    void functionsTakeTurnsForRoomHoweverManyWaitOfOne() throws Exception {
        var release = new CountDownLatch(1);
        try (var engine = engine(64, FakeRuntime.answering("done", release))) {
            var crowd = IntStream.range(0, 20)
                    .mapToObj(_ -> call(engine, "crowd", 128))
                    .toList();
            FailureTest.awaitDelivery(engine);
            eventually("they wait", () -> engine.pool.waitingStarts() == 19);
            var other = call(engine, "other", 128);
            eventually("it waits too", () -> engine.pool.waitingStarts() == 20);
            release.countDown();
            answered(engine, other);
            assertThat(other.answer()).isEqualTo("done");
            crowd.forEach(each -> assertThat(each.answer()).isEqualTo("done"));
        }
    }

    @Test
    void whereOneHasShownTooMuchIdleOnesEnd() {
        try (var engine = engine(256, runtime -> {
            boolean grows = runtime.environment().version().name().equals("grows");
            while (true) {
                var invocation = runtime.next();
                runtime.sandbox().peak((grows ? 200 : 100) * MEGABYTE);
                runtime.answer(invocation, "done");
            }
        })) {
            call(engine, "idle", 256).answer();
            engine.quiet();
            engine.clock.advance(Engine.LIMITS.freeze());
            call(engine, "grows", 256).answer();
            eventually("the idle one is gone", () -> engine.pool.open() == 1);
            assertThat(engine.sandboxes.live()).containsExactlyElementsOf(List.of(engine.sandboxes.get(1)));
        }
    }

    @Test
    void whoWaitsIsLetInWhenOneShowsThatItNeedsLessThanWasAssumed() {
        try (var engine = engine(400, runtime -> {
            runtime.sandbox().peak(10 * MEGABYTE);
            runtime.next();
            runtime.hang();
        })) {
            IntStream.range(0, 10).forEach(i -> call(engine, "f" + i, 512));
            eventually("all run, though one fits at first", () -> engine.sandboxes.started() == 10);
        }
    }

    @Test
    void aStartThatNobodyNeedsAnyMoreEndsNobody() throws Exception {
        var release = new CountDownLatch(1);
        try (var engine = new Engine(
                _ -> FakeRuntime.answering("done", release),
                Engine.LIMITS.with(its -> its.openEnvironments = 2),
                1_000)) {
            var first = call(engine, "crowd", 128);
            FailureTest.awaitDelivery(engine);
            var other = call(engine, "other", 128);
            eventually("two are busy", () -> engine.sandboxes.started() == 2 && engine.pool.waitingStarts() == 0);
            var second = call(engine, "crowd", 128);
            eventually("it waits", () -> engine.pool.waitingStarts() == 1);
            release.countDown();
            first.answer();
            other.answer();
            assertThat(second.answer()).as("from the first one's environment").isEqualTo("done");
            eventually("nobody waits", () -> {
                engine.clock.advance(Duration.ofMillis(10));
                return engine.pool.waitingStarts() == 0;
            });
            engine.quiet();
            assertThat(engine.pool.open()).as("both stay").isEqualTo(2);
            assertThat(engine.sandboxes.started()).isEqualTo(2);
        }
    }

    @Test
    void theRoomOfARetiredVersionIsAwaitedAndNobodyElseEndsForIt() {
        try (var engine = engine(128, runtime -> {
            runtime.sandbox().peak(64 * MEGABYTE);
            FreezeTest.livesOn(runtime);
        })) {
            call(engine, "old", 128).answer();
            call(engine, "stays", 128).answer();
            engine.quiet();
            engine.clock.advance(Duration.ofSeconds(1));
            engine.sandboxes.get(0).handleTermination();
            engine.pool.retire("old-version");
            eventually("it is asked to end", engine.sandboxes.get(0)::terminated);
            var other = call(engine, "other", 128);
            eventually(
                    "it waits",
                    () -> engine.pool.waitingStarts() == 1 && engine.clock.waitingWithin(Duration.ofMinutes(1)) > 1);
            engine.sandboxes.get(0).exited(new Exit.Status(0));
            assertThat(other.answer()).isEqualTo("x");
            assertThat(engine.sandboxes.live()).contains(engine.sandboxes.get(1));
        }
    }

    @Test
    void aFunctionThatWouldNotFitEvenThenEndsNobodyAndLetsOthersPass() throws Exception {
        try (var engine = engine(1_000, runtime -> {
            boolean hangs = runtime.environment().version().name().equals("busy");
            while (true) {
                var invocation = runtime.next();
                if (hangs) {
                    runtime.hang();
                }
                runtime.answer(invocation, "done");
            }
        })) {
            call(engine, "busy", 128);
            FailureTest.awaitDelivery(engine);
            for (int i = 0; i < 5; i++) {
                call(engine, "warm" + i, 128).answer();
            }
            eventually("they are idle", () -> engine.pool.idle() == 5);
            engine.clock.advance(Duration.ofSeconds(1));
            var huge = call(engine, "huge", 10_240);
            eventually("it waits", () -> engine.pool.waitingStarts() == 1);
            var small = call(engine, "small", 128);
            answered(engine, small);
            assertThat(small.answer()).isEqualTo("done");
            eventually("nobody has ended", () -> engine.pool.idle() == 6);
            engine.clock.advance(Engine.LIMITS.placing());
            assertThat(huge.refusal()).isInstanceOf(ThrottledException.class);
        }
    }
}
