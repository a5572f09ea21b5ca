package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who waits for what, where the gate has closed.
class VersionEnvironmentsTest {

    private static final int ENVIRONMENTS = 8;
    private static final EngineLimits LIMITS = EngineLimits.DEFAULT.with(its -> its.quickAtOnce = 2);

    private final Engine engine = Engine.of(_ -> {});
    private final VersionEnvironments environments =
            new VersionEnvironments(new Footprint(Engine.version()), engine.clock, LIMITS);
    /// Those that have an invocation, longest first.
    private final ArrayDeque<ExecutionEnvironment> busy = new ArrayDeque<>();
    /// The invocations of a crowd that wait, longest first.
    private final ArrayDeque<Placement> crowd = new ArrayDeque<>();

    /// Eight callers call again and again, until only half of them are let through.
    @BeforeEach
    void aCrowdComes() {
        for (int i = 0; i < ENVIRONMENTS; i++) {
            add("e" + i);
        }
        for (int i = 0; i < 1_000 && crowd.isEmpty(); i++) {
            engine.clock.advance(Duration.ofMillis(1));
            environments.idle(busy.removeFirst());
            call();
        }
        assertThat(crowd).hasSize(1);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /// One that has an invocation.
    private void add(String id) {
        var environment = new ExecutionEnvironment(
                new EnvironmentPlan(
                        id, Engine.version(), new Footprint(Engine.version()), InitializationType.ON_DEMAND, null),
                engine.journal(),
                new Terms(new Nowhere(), engine.clock, LIMITS));
        environment.beginInit(null);
        environments.add(environment, false);
        environments.idle(environment);
        call();
    }

    private Claim call() {
        var placement = placement();
        var claim = environments.claim(placement, true);
        switch (claim) {
            case Claim.Take(var environment) -> busy.add(environment);
            case Claim.Wait() -> crowd.add(placement);
            default -> {}
        }
        return claim;
    }

    private Placement placement() {
        var invocation = Engine.invocation(Engine.version(), "x", false);
        return new Placement(invocation, new Call.Sink(64), new Slot(List.of()), engine.clock);
    }

    /// The environment that has had its invocation longest asks for more.
    private Use returned() {
        return environments.idle(busy.removeFirst());
    }

    @Test
    void whatReturnsWhileTheGateIsClosedStaysIdle() {
        assertThat(returned()).isInstanceOf(Use.Keep.class);
        assertThat(environments.idleCount()).isEqualTo(2);
    }

    @Test
    void whoIsHeldBackComesWhenFewEnoughRun() {
        Use use = new Use.Keep();
        while (use instanceof Use.Keep) {
            use = returned();
        }
        assertThat(use).isEqualTo(new Use.Give(crowd.getFirst()));
        assertThat(busy).hasSize(ENVIRONMENTS / 2 - 1);
    }

    @Test
    void aRetiredVersionHoldsNobodyBack() {
        environments.retire();
        assertThat(returned()).isEqualTo(new Use.Give(crowd.getFirst()));
    }

    @Test
    void whoComesWhenTheGateLetsOneThroughLetsThePatientGoFirst() {
        while (busy.size() >= ENVIRONMENTS / 2) {
            environments.ended(busy.removeFirst());
        }
        var before = crowd.getFirst();
        var newcomer = placement();
        assertThat(environments.claim(newcomer, true))
                .isInstanceOfSatisfying(
                        Claim.Yield.class, yields -> assertThat(yields.to()).isSameAs(before));
        assertThat(environments.holdsBack(before)).isFalse();
        assertThat(environments.claim(newcomer, true)).isInstanceOf(Claim.Wait.class);
        assertThat(environments.holdsBack(newcomer)).isTrue();
    }

    @Test
    void whoComesWhenTheGateLetsSeveralThroughIsNotHeldBackItself() {
        assertThat(returned()).isInstanceOf(Use.Keep.class);
        while (busy.size() > ENVIRONMENTS / 2 - 2) {
            environments.ended(busy.removeFirst());
        }
        var newcomer = placement();
        assertThat(environments.claim(newcomer, true)).isInstanceOf(Claim.Yield.class);
        assertThat(environments.claim(newcomer, true)).isInstanceOf(Claim.Take.class);
        assertThat(environments.holdsBack(newcomer)).isFalse();
    }

    @Test
    void whoIsPlacedAgainWaitsForNobody() {
        assertThat(environments.claim(placement(), false)).isInstanceOf(Claim.Take.class);
    }

    @Test
    void whoIsHeldBackHadBetterWaitAsLongAsOthersReturn() {
        var waits = crowd.getFirst();
        assertThat(environments.holdsBack(waits)).isTrue();
        assertThat(environments.holdsBack(placement())).isFalse();
        engine.clock.advance(LIMITS.quick().plusMillis(1));
        assertThat(environments.holdsBack(waits)).isFalse();
    }

    @Test
    void whoHasWaitedLongEnoughTakesAnIdleEnvironment() {
        assertThat(environments.impatient(crowd.getFirst())).isInstanceOf(Claim.Take.class);
        assertThat(environments.idleCount()).isZero();
        assertThat(environments.impatient(crowd.getFirst())).isInstanceOf(Claim.Wait.class);
    }

    @Test
    void whoHasWaitedLongEnoughIsGivenAStartWhereNothingIsIdle() {
        environments.ended(((Claim.Take) environments.claim(placement(), false)).environment());
        assertThat(environments.impatient(crowd.getFirst())).isInstanceOf(Claim.Start.class);
        assertThat(environments.impatient(crowd.getFirst())).isInstanceOf(Claim.Wait.class);
    }

    @Test
    void noMoreAreStartedThanTheGateLets() {
        assertThat(environments.claim(placement(), false)).isInstanceOf(Claim.Take.class);
        while (busy.size() > 1) {
            environments.ended(busy.removeFirst());
        }
        assertThat(environments.all()).hasSize(2);
        environments.impatient(crowd.removeFirst());
        assertThat(call()).isInstanceOf(Claim.Start.class);
        assertThat(call()).isInstanceOf(Claim.Wait.class);
        assertThat(environments.holdsBack(crowd.getLast())).isTrue();
    }

    /// Where environments of which nobody asks anything return to.
    private static final class Nowhere implements Home {

        @Override
        public Optional<EnvironmentUnavailableException> refusal(ExecutionEnvironment environment) {
            return Optional.empty();
        }

        @Override
        public boolean stillNeeded(ExecutionEnvironment environment) {
            return true;
        }

        @Override
        public @Nullable Placement takeWaiting(ExecutionEnvironment environment) {
            return null;
        }

        @Override
        public void initEnded(ExecutionEnvironment environment) {}

        @Override
        public void idleForAWhile() {}

        @Override
        public void used(ExecutionEnvironment environment, long bytes) {}

        @Override
        public void ended(ExecutionEnvironment environment, Departure departure) {}

        @Override
        public void aboutToBeIdle(ExecutionEnvironment environment) {}

        @Override
        public void retract(ExecutionEnvironment environment) {}

        @Override
        public void idle(ExecutionEnvironment environment) {}

        @Override
        public void expire(ExecutionEnvironment environment) {}

        @Override
        public void undelivered(Placement placement) {}
    }
}
