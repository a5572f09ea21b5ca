package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.engine.ProvisionedConcurrency.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// <https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html>
class ProvisionedConcurrencyTest {

    private static ProvisionedConcurrency.Progress progress(Engine engine) {
        return engine.pool.provisioned().progress("v1").orElseThrow();
    }

    /// A call of a function of which nothing is provisioned.
    private static Call other(Engine engine) {
        return new Call(engine, Engine.invocation(Engine.version("other", 3), "x", false));
    }

    private static void allocate(Engine engine, int environments) {
        engine.pool.provisioned().allocate(Engine.version(), environments);
    }

    private static void ready(Engine engine, int environments) {
        eventually(
                "ready: " + environments,
                () -> progress(engine).status() == Status.READY
                        && progress(engine).allocated() == environments);
    }

    @Test
    void environmentsAreInitialisedAheadUnderTheirQuotaAndKnowWhatFor() {
        var limited = new AtomicBoolean();
        try (var engine = Engine.of(runtime -> {
            limited.set(runtime.sandbox().cpuLimited());
            FakeRuntime.echo(runtime);
        })) {
            allocate(engine, 3);
            ready(engine, 3);
            assertThat(engine.sandboxes.started()).isEqualTo(3);
            assertThat(engine.sandboxes.get(0).variables())
                    .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency");
            assertThat(engine.invoke("x")).isEqualTo("x");
            engine.quiet();
            assertThat(engine.sandboxes.started()).isEqualTo(3);
        }
    }

    @Test
    void beyondThemInvocationsGetOnDemandOnes() {
        var release = new CountDownLatch(1);
        var delivered = new AtomicInteger();
        try (var engine = Engine.of(runtime -> {
            while (true) {
                var invocation = runtime.next();
                delivered.incrementAndGet();
                release.await();
                runtime.answer(
                        invocation,
                        String.valueOf(runtime.sandbox().variables().get("AWS_LAMBDA_INITIALIZATION_TYPE")));
            }
        })) {
            allocate(engine, 2);
            ready(engine, 2);
            var calls = IntStream.range(0, 3).mapToObj(_ -> engine.call("x")).toList();
            // Before, the third one would take whichever is free first.
            eventually("a third is started, and has its own", () -> delivered.get() == 3);
            release.countDown();
            assertThat(calls.stream().map(Call::answer))
                    .containsExactlyInAnyOrder("provisioned-concurrency", "provisioned-concurrency", "on-demand");
            engine.quiet();
            assertThat(engine.invoke("x")).as("used before the others").isEqualTo("provisioned-concurrency");
        }
    }

    @Test
    void itsInvocationsHaveSlotsOfTheirOwn() {
        var release = new CountDownLatch(1);
        try (var engine = new Engine(_ -> FakeRuntime.answering("done", release), Engine.LIMITS, 3)) {
            allocate(engine, 2);
            ready(engine, 2);
            var other = other(engine);
            eventually("it runs", () -> engine.slots() == 1);
            assertThat(other(engine).refusal())
                    .as("two are not its account's to give")
                    .isNotNull();
            var calls = IntStream.range(0, 2).mapToObj(_ -> engine.call("x")).toList();
            eventually("they run", () -> engine.slots() == 3);
            assertThat(engine.call("x").refusal())
                    .isInstanceOfSatisfying(
                            ThrottledException.class,
                            thrown -> assertThat(thrown.reason())
                                    .isEqualTo(ThrottledException.Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED));
            release.countDown();
            assertThat(other.answer()).isEqualTo("done");
            calls.forEach(each -> assertThat(each.answer()).isEqualTo("done"));
            engine.quiet();
            allocate(engine, 0);
            eventually("they end", () -> engine.pool.open() == 1);
            IntStream.range(0, 3)
                    .mapToObj(_ -> other(engine))
                    .toList()
                    .forEach(each -> assertThat(each.answer()).isEqualTo("done"));
        }
    }

    @Test
    void ofARetiredVersionNothingIsProvisioned() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            allocate(engine, 2);
            ready(engine, 2);
            assertThat(engine.pool.provisioned().slots().of("v1")).isEqualTo(2);
            engine.pool.retire("v1");
            assertThat(engine.pool.provisioned().slots().of("v1")).isZero();
            allocate(engine, 2);
            assertThat(engine.pool.provisioned().slots().of("v1")).isZero();
        }
    }

    @Test
    void theyStayWhileOthersExpire() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            allocate(engine, 1);
            ready(engine, 1);
            engine.clock.advance(Engine.IDLE.multipliedBy(3));
            assertThat(engine.invoke("x")).isEqualTo("x");
            engine.quiet();
            assertThat(engine.sandboxes.started()).isEqualTo(1);
        }
    }

    @Test
    void theyDoNotMakeRoomForOthers() {
        try (var engine =
                new Engine(_ -> FakeRuntime::echo, Engine.LIMITS.with(its -> its.openEnvironments = 1), 1_000)) {
            allocate(engine, 1);
            ready(engine, 1);
            var other = other(engine);
            eventually("it waits", () -> engine.pool.waitingStarts() == 1);
            engine.clock.advance(Engine.LIMITS.placing());
            assertThat(other.refusal()).isInstanceOf(ThrottledException.class);
        }
    }

    @Test
    void oneThatDiesIsReplaced() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            allocate(engine, 2);
            ready(engine, 2);
            engine.clock.advance(Duration.ofSeconds(5));
            engine.sandboxes.live().getFirst().kill(true);
            eventually("another is started", () -> engine.sandboxes.started() == 3);
            ready(engine, 2);
        }
    }

    @Test
    void oneThatGrowsOldIsReplaced() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            allocate(engine, 1);
            ready(engine, 1);
            engine.clock.advance(Engine.LIMITS.lifetime());
            eventually("another is started", () -> engine.sandboxes.started() == 2);
            ready(engine, 1);
        }
    }

    @Test
    void whatIsWantedNoMoreEnds() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            allocate(engine, 3);
            ready(engine, 3);
            engine.clock.advance(Duration.ofSeconds(5));
            allocate(engine, 1);
            eventually("two end", () -> engine.pool.open() == 1);
            ready(engine, 1);
            allocate(engine, 0);
            eventually("the last ends", () -> engine.pool.open() == 0);
            assertThat(engine.pool.provisioned().progress("v1")).isEmpty();
        }
    }

    @Test
    void aBusyOneThatIsWantedNoMoreEndsWhenItHasFinished() throws Exception {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(FakeRuntime.answering("done", release))) {
            allocate(engine, 1);
            ready(engine, 1);
            var call = engine.call("x");
            FailureTest.awaitDelivery(engine);
            engine.clock.advance(Duration.ofSeconds(1));
            allocate(engine, 0);
            assertThat(engine.pool.open()).isEqualTo(1);
            release.countDown();
            assertThat(call.answer()).isEqualTo("done");
            eventually("it is gone", () -> engine.pool.open() == 0);
        }
    }

    @Test
    void initHas130Seconds() {
        try (var engine = Engine.of(FakeRuntime::hang)) {
            allocate(engine, 1);
            eventually("Init", () -> engine.clock.waitingWithin(Duration.ofSeconds(130)) == 1);
            engine.clock.advance(Duration.ofSeconds(129));
            assertThat(progress(engine).status()).isEqualTo(Status.IN_PROGRESS);
            assertThat(engine.sandboxes.live()).hasSize(1);
            engine.clock.advance(Duration.ofSeconds(1));
            eventually("it has failed", () -> engine.sandboxes.live().isEmpty());
        }
    }

    @Test
    void whereInitFailsAgainAndAgainTheStatusSaysSoAndTriesGetRare() {
        var broken = new AtomicBoolean(true);
        try (var engine = Engine.of(runtime -> {
            if (broken.get()) {
                throw FakeRuntime.exit(1);
            }
            FakeRuntime.echo(runtime);
        })) {
            allocate(engine, 1);
            eventually("it has failed", () -> {
                engine.clock.advance(Duration.ofSeconds(1));
                return progress(engine).status() == Status.FAILED;
            });
            assertThat(progress(engine).reason()).isEqualTo("FUNCTION_ERROR_INIT_FAILURE");
            int before = engine.sandboxes.started();
            for (int i = 0; i < 10; i++) {
                engine.clock.advance(Duration.ofMillis(100));
            }
            assertThat(engine.sandboxes.started()).isLessThanOrEqualTo(before + 1);
            broken.set(false);
            allocate(engine, 1);
            ready(engine, 1);
        }
    }

    @Test
    void closingEndsThemAndTheirKeepers() {
        var engine = Engine.of(FakeRuntime::echo);
        allocate(engine, 2);
        ready(engine, 2);
        engine.close();
        assertThat(engine.sandboxes.live()).isEmpty();
        assertThat(engine.pool.open()).isZero();
    }

    @Test
    void lessIsWantedWhileAllAreBusyAndAsManyStay() {
        var release = new CountDownLatch(1);
        try (var engine = Engine.of(FakeRuntime.answering("done", release))) {
            allocate(engine, 5);
            ready(engine, 5);
            var calls = IntStream.range(0, 5).mapToObj(_ -> engine.call("x")).toList();
            eventually("they are busy", () -> engine.pool.idle() == 0);
            engine.clock.advance(Duration.ofSeconds(2));
            allocate(engine, 3);
            release.countDown();
            calls.forEach(each -> assertThat(each.answer()).isEqualTo("done"));
            eventually("three stay", () -> engine.slots() == 0 && engine.pool.open() == 3 && engine.pool.idle() == 3);
            assertThat(engine.sandboxes.started()).isEqualTo(5);
        }
    }
}
