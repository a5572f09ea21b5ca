package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// A gate before a simulated machine.
class GateTest {

    private static final int FEWEST = 4;
    private static final int CALLERS = 64;
    private static final int SEEDS = 20;
    private static final double NOISE = 0.5;
    private static final Handler WORKS = Handler.working(Duration.ofNanos(300_000));
    private static final Handler WAITS = Handler.waiting(Duration.ofMillis(5));

    private final Machine machine = new Machine(FEWEST);

    /// What an invocation does.
    ///
    /// @param cold how much more work each is for every other that runs beside it
    private record Handler(Duration work, Duration pause, double cold) {

        static Handler working(Duration work) {
            return new Handler(work, Duration.ZERO, 0.01);
        }

        static Handler waiting(Duration pause) {
            return new Handler(Duration.ofNanos(100_000), pause, 0);
        }
    }

    /// Two processors, shared in equal parts, and callers who call again as soon as they are answered.
    private static final class Machine {

        private static final int PROCESSORS = 2;
        private static final long STEP_NANOS = 50_000;

        /// How long the machine stays as fast as it is.
        private static final long GUST_NANOS = 70_000_000;

        private final ManualClock clock = new ManualClock();
        private final Gate gate;
        private final Random random;
        private final double noise;
        private final List<Running> running = new ArrayList<>();
        private final ArrayDeque<Running> heldBack = new ArrayDeque<>();
        private int returned;
        private double speed = 1;

        /// What an invocation has still before it.
        private static final class Running {

            private final int caller;
            private long workNanos;
            private long pauseNanos;

            Running(int caller) {
                this.caller = caller;
            }
        }

        Machine(int fewest) {
            this(fewest, 0, 0);
        }

        /// @param noise by how much of its speed it becomes faster or slower, every now and then
        Machine(int fewest, double noise, long seed) {
            gate = new Gate(clock, EngineLimits.DEFAULT.with(its -> its.quickAtOnce = fewest));
            this.noise = noise;
            random = new Random(seed);
        }

        /// How many returned in this time.
        int load(int callers, Handler handler, Duration time) {
            running.forEach(invocation -> gate.left(invocation.caller));
            running.clear();
            heldBack.clear();
            returned = 0;
            int arrived = 0;
            for (long now = 0; now < time.toNanos(); now += STEP_NANOS) {
                // Not all at the same moment: they would stay in step.
                for (; arrived < callers && arrived * STEP_NANOS * 8 <= now; arrived++) {
                    arrive(new Running(arrived), handler);
                }
                step(handler);
            }
            return returned;
        }

        private void arrive(Running invocation, Handler handler) {
            if (gate.isClosed()) {
                gate.holdsBack();
                heldBack.add(invocation);
            } else {
                begin(invocation, handler);
            }
        }

        private void letThrough(Handler handler) {
            if (heldBack.isEmpty()) {
                return;
            }
            if (gate.isClosed()) {
                gate.holdsBack();
            } else {
                begin(heldBack.remove(), handler);
            }
        }

        private void begin(Running invocation, Handler handler) {
            gate.entered(invocation.caller);
            running.add(invocation);
            invocation.workNanos = (long) (handler.work().toNanos() * (1 + handler.cold() * running.size()));
            invocation.pauseNanos = handler.pause().toNanos();
        }

        private void step(Handler handler) {
            clock.advance(Duration.ofNanos(STEP_NANOS));
            long workers = running.stream().filter(its -> its.workNanos > 0).count();
            if (clock.nanos() / GUST_NANOS != (clock.nanos() - STEP_NANOS) / GUST_NANOS) {
                speed = 1 + noise * (2 * random.nextDouble() - 1);
            }
            long share = (long) (speed * STEP_NANOS * Math.min(1, (double) PROCESSORS / Math.max(1, workers)));
            for (var invocation : List.copyOf(running)) {
                if (invocation.workNanos > 0) {
                    invocation.workNanos -= share;
                } else {
                    invocation.pauseNanos -= STEP_NANOS;
                }
                if (invocation.workNanos <= 0 && invocation.pauseNanos <= 0) {
                    end(invocation, handler);
                }
            }
        }

        private void end(Running invocation, Handler handler) {
            running.remove(invocation);
            gate.returned(invocation.caller);
            returned++;
            letThrough(handler);
            heldBack.add(new Running(invocation.caller));
            letThrough(handler);
        }
    }

    private static int unhindered(Handler handler, Duration time) {
        return new Machine(CALLERS).load(CALLERS, handler, time);
    }

    @Test
    void aCrowdThatWorksComesDownToTheFewest() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(1));
        assertThat(machine.running).hasSizeLessThanOrEqualTo(2 * FEWEST);
        assertThat(machine.heldBack).hasSizeGreaterThanOrEqualTo(CALLERS - 2 * FEWEST);
        assertThat(machine.gate.moves()).isTrue();
    }

    @Test
    void aCrowdThatWorksHasMoreDone() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(1));
        var time = Duration.ofSeconds(4);
        assertThat(machine.load(CALLERS, WORKS, time)).isGreaterThan(unhindered(WORKS, time) * 120 / 100);
    }

    @Test
    void onAMachineWhoseSpeedChangesACrowdThatWorksHasMoreDoneToo() {
        assertThat(doneInGusts(FEWEST, CALLERS, WORKS) / doneInGusts(FEWEST, FEWEST, WORKS))
                .isGreaterThan(0.9);
    }

    @Test
    void onAMachineWhoseSpeedChangesACrowdThatWaitsIsLetThroughToo() {
        assertThat(doneInGusts(FEWEST, CALLERS, WAITS) / doneInGusts(CALLERS, CALLERS, WAITS))
                .isGreaterThan(0.8);
    }

    /// On many machines, each for the first four seconds.
    private static double doneInGusts(int fewest, int callers, Handler handler) {
        return LongStream.range(0, SEEDS)
                .mapToDouble(seed -> new Machine(fewest, NOISE, seed).load(callers, handler, Duration.ofSeconds(4)))
                .sum();
    }

    @Test
    void aCrowdThatWaitsIsLetThrough() {
        var time = Duration.ofSeconds(4);
        assertThat(machine.load(CALLERS, WAITS, time)).isGreaterThan(unhindered(WAITS, time) * 80 / 100);
    }

    @Test
    void aCrowdThatTurnsFromWorkToWaitingIsLetThroughSoon() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(20));
        machine.load(CALLERS, WAITS, Duration.ofSeconds(1));
        var time = Duration.ofSeconds(2);
        assertThat(machine.load(CALLERS, WAITS, time)).isGreaterThan(unhindered(WAITS, time) * 80 / 100);
    }

    @Test
    void aCrowdThatWaitsAndGrowsALittleIsLetThroughToo() {
        var handler = Handler.waiting(Duration.ofMillis(40));
        machine.load(32, handler, Duration.ofSeconds(30));
        machine.load(38, handler, Duration.ofSeconds(30));
        var time = Duration.ofSeconds(4);
        assertThat(machine.load(38, handler, time))
                .isGreaterThan(new Machine(CALLERS).load(38, handler, time) * 95 / 100);
    }

    @Test
    void inACrowdThatIsMeasuredFewAreStartedAtATime() {
        assertThat(machine.gate.letsStart(0, CALLERS)).isTrue();
        machine.load(CALLERS, WORKS, Duration.ofSeconds(1));
        assertThat(machine.gate.letsStart(0, FEWEST - 1)).isTrue();
        assertThat(machine.gate.letsStart(0, FEWEST)).isFalse();
        assertThat(machine.gate.letsStart(CALLERS, 0)).isFalse();
    }

    @Test
    void longInvocationsAreNotHeldBack() {
        machine.load(CALLERS, Handler.waiting(Duration.ofMillis(60)), Duration.ofSeconds(2));
        assertThat(machine.running).hasSize(CALLERS);
        assertThat(machine.gate.isClosed()).isFalse();
    }

    @Test
    void fewCallersAreNeverHeldBack() {
        machine.load(FEWEST, WORKS, Duration.ofSeconds(1));
        assertThat(machine.running).hasSize(FEWEST);
        assertThat(machine.gate.isClosed()).isFalse();
    }

    @Test
    void aCrowdThatComesAgainFindsTheGateAsItWas() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(1));
        machine.load(1, WAITS, Duration.ofSeconds(10));
        machine.load(CALLERS, WORKS, Duration.ofMillis(20));
        assertThat(machine.running).hasSizeLessThanOrEqualTo(2 * FEWEST);
    }

    @Test
    void fewWhoWaitAreLetThroughSoonAfterACrowd() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(20));
        machine.load(2 * FEWEST, Handler.waiting(Duration.ofMillis(40)), Duration.ofSeconds(3));
        assertThat(machine.running).hasSize(2 * FEWEST);
    }

    @Test
    void itOpensAtOnceWhenNothingReturns() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(1));
        machine.gate.waitedInVain();
        assertThat(machine.gate.isClosed()).isTrue();
        machine.clock.advance(EngineLimits.DEFAULT.quick().plusMillis(1));
        assertThat(machine.gate.moves()).isFalse();
        machine.gate.waitedInVain();
        assertThat(machine.gate.isClosed()).isFalse();
    }

    @Test
    void afterAStandstillItIsSoonAsItWas() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(10));
        for (int i = 0; i < 5; i++) {
            machine.clock.advance(EngineLimits.DEFAULT.quick().plusMillis(1));
            machine.gate.waitedInVain();
        }
        machine.load(CALLERS, WORKS, Duration.ofSeconds(2));
        assertThat(machine.running).hasSizeLessThanOrEqualTo(2 * FEWEST);
    }

    @Test
    void whatEndsWithAnEnvironmentHoldsNobodyBack() {
        machine.load(CALLERS, WORKS, Duration.ofSeconds(1));
        machine.running.forEach(
                invocation -> assertThat(machine.gate.left(invocation.caller)).isTrue());
        assertThat(machine.gate.isClosed()).isFalse();
    }
}
