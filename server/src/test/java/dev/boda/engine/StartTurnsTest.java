package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Two environments are in Init at once, at most.
class StartTurnsTest {

    private static final Duration LOOK = Duration.ofMillis(200);

    private static Engine engine(FakeRuntime.Script script) {
        return new Engine(
                _ -> script,
                Engine.LIMITS.with(its -> {
                    its.startsAtOnce = 2;
                    its.startTurn = LOOK;
                }),
                1_000);
    }

    private static Call call(Engine engine, String function) {
        return new Call(engine, Engine.invocation(RoomTest.version(function, 128), "x", false));
    }

    /// Lets the holders of turns work for so much of the next look.
    private static void work(Engine engine, double share) {
        engine.sandboxes.live().forEach(each -> each.worked((long) (each.cpuNanos() + share * LOOK.toNanos())));
        engine.clock.advance(LOOK);
    }

    @Test
    void noMoreInitsThanTurnsWorkAtOnce() {
        var inits = new CountDownLatch(1);
        try (var engine = engine(runtime -> {
            inits.await();
            FakeRuntime.echo(runtime);
        })) {
            var calls =
                    IntStream.range(0, 6).mapToObj(i -> call(engine, "f" + i)).toList();
            eventually("two begin", () -> engine.sandboxes.started() == 2 && engine.pool.waitingStarts() == 4);
            for (int i = 0; i < 5; i++) {
                work(engine, 0.9);
            }
            assertThat(engine.sandboxes.started()).isEqualTo(2);
            inits.countDown();
            calls.forEach(each -> assertThat(each.answer()).isEqualTo("x"));
        }
    }

    @Test
    void anInitThatOnlyWaitsHoldsUpNobody() {
        var inits = new CountDownLatch(1);
        try (var engine = engine(runtime -> {
            inits.await();
            FakeRuntime.echo(runtime);
        })) {
            var calls =
                    IntStream.range(0, 4).mapToObj(i -> call(engine, "f" + i)).toList();
            eventually("two begin", () -> engine.sandboxes.started() == 2 && engine.pool.waitingStarts() == 2);
            work(engine, 0.01);
            eventually("the others too", () -> engine.sandboxes.started() == 4);
            inits.countDown();
            calls.forEach(each -> assertThat(each.answer()).isEqualTo("x"));
        }
    }

    @Test
    void theTimeUntilItsTurnIsNotPartOfInit() {
        var inits = new CountDownLatch(1);
        try (var engine = engine(runtime -> {
            inits.await();
            FakeRuntime.echo(runtime);
        })) {
            IntStream.range(0, 2).forEach(i -> call(engine, "f" + i));
            eventually("two begin", () -> engine.sandboxes.started() == 2);
            var late = call(engine, "late");
            eventually("it waits", () -> engine.pool.waitingStarts() == 1);
            for (int i = 0; i < 40; i++) {
                work(engine, 0.9);
            }
            inits.countDown();
            assertThat(late.answer()).isEqualTo("x");
            engine.quiet();
            assertThat(engine.log).anyMatch(line -> line.contains("Init Duration: 0.00 ms"));
        }
    }

    @Test
    void anotherFunctionsTurnComesBeforeThoseOfACrowd() {
        var inits = new CountDownLatch(1);
        try (var engine = engine(runtime -> {
            if (runtime.environment().version().name().equals("other")) {
                FakeRuntime.echo(runtime);
            }
            inits.await();
            FakeRuntime.echo(runtime);
        })) {
            var crowd =
                    IntStream.range(0, 50).mapToObj(_ -> call(engine, "crowd")).toList();
            eventually("two begin", () -> engine.sandboxes.started() == 2 && engine.pool.waitingStarts() == 48);
            var other = call(engine, "other");
            eventually("it waits", () -> engine.pool.waitingStarts() == 49);
            work(engine, 0.01);
            assertThat(other.answer()).isEqualTo("x");
            inits.countDown();
            crowd.forEach(each -> assertThat(each.answer()).isEqualTo("x"));
        }
    }

    @Test
    void whoseTurnDoesNotComeIsThrottledWithTheCause() {
        var inits = new CountDownLatch(1);
        try (var engine = new Engine(
                _ -> runtime -> {
                    inits.await();
                    FakeRuntime.echo(runtime);
                },
                Engine.LIMITS.with(its -> {
                    its.startsAtOnce = 1;
                    its.startTurn = LOOK;
                    its.placing = Duration.ofSeconds(5);
                }),
                1_000)) {
            call(engine, "first");
            eventually("it begins", () -> engine.sandboxes.started() == 1);
            var late = call(engine, "late");
            eventually("it waits", () -> engine.pool.waitingStarts() == 1);
            for (int i = 0; i < 25; i++) {
                work(engine, 0.9);
            }
            assertThat(late.refusal()).isInstanceOf(ThrottledException.class).hasMessageContaining("turn");
            inits.countDown();
        }
    }

    @Test
    void whereNoProcessorIsIdleAnInitThatGetsLittleKeepsItsTurn() {
        var inits = new CountDownLatch(1);
        try (var engine = engine(runtime -> {
            inits.await();
            FakeRuntime.echo(runtime);
        })) {
            engine.clock.busy();
            var calls =
                    IntStream.range(0, 4).mapToObj(i -> call(engine, "f" + i)).toList();
            eventually("two begin", () -> engine.sandboxes.started() == 2 && engine.pool.waitingStarts() == 2);
            for (int i = 0; i < 5; i++) {
                work(engine, 0.05);
            }
            assertThat(engine.sandboxes.started()).isEqualTo(2);
            inits.countDown();
            calls.forEach(each -> assertThat(each.answer()).isEqualTo("x"));
        }
    }

    @Test
    void aTurnEndsWithInitAlsoWhereThatIsPartOfAnInvocation() {
        try (var engine = new Engine(
                n -> n == 0
                        ? runtime -> {
                            throw FakeRuntime.exit(1);
                        }
                        : runtime -> {
                            runtime.next();
                            runtime.hang();
                        },
                Engine.LIMITS.with(its -> its.startsAtOnce = 1),
                1_000)) {
            call(engine, "flaky");
            eventually("its second Init", () -> engine.sandboxes.started() == 2);
            call(engine, "other");
            eventually("the other starts while the first runs", () -> engine.sandboxes.started() == 3);
        }
    }
}
