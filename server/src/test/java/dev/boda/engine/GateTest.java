package dev.boda.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final int AT_ONCE = 3;
    private static final int RUSH = 8 * AT_ONCE;

    private final ManualClock clock = new ManualClock();
    private final Gate gate = new Gate(clock, EngineLimits.DEFAULT.with(its -> its.quickAtOnce = AT_ONCE));

    private void invocations(int count, Duration each) {
        for (int i = 0; i < count; i++) {
            gate.entered("environment");
            clock.advance(each);
            gate.returned("environment");
        }
    }

    private void begin(int count) {
        for (int i = 0; i < count; i++) {
            gate.entered("environment " + i);
        }
    }

    private void rush() {
        invocations(RUSH + 20, Duration.ofMillis(1));
    }

    @Test
    void quickInvocationsOfABusyVersionWaitForTheirTurn() {
        rush();
        begin(AT_ONCE - 1);
        assertThat(gate.isClosed()).isFalse();
        gate.entered("one more");
        assertThat(gate.isClosed()).isTrue();
        gate.returned("one more");
        assertThat(gate.isClosed()).isFalse();
    }

    @Test
    void anInvocationThatRunsForLongerHoldsNobodyBack() {
        rush();
        begin(AT_ONCE);
        assertThat(gate.isClosed()).isTrue();
        clock.advance(EngineLimits.DEFAULT.quick().plusNanos(1));
        assertThat(gate.isClosed()).isFalse();
    }

    @Test
    void aVersionThatIsCalledNowAndThenIsNeverHeldBack() {
        invocations(200, Duration.ofMillis(20));
        begin(10);
        assertThat(gate.isClosed()).isFalse();
    }

    @Test
    void whatEndsWithAnEnvironmentHoldsNobodyBack() {
        rush();
        begin(AT_ONCE);
        assertThat(gate.left("environment 0")).isTrue();
        assertThat(gate.isClosed()).isFalse();
    }

    @Test
    void itOpensForInvocationsThatTurnOutLongAndTriesEverMoreSeldom() {
        rush();
        invocations(30, Duration.ofMillis(5));
        begin(AT_ONCE);
        assertThat(gate.isClosed()).isFalse();
        clock.advance(Duration.ofMillis(300));
        invocations(RUSH, Duration.ofMillis(1));
        begin(AT_ONCE);
        assertThat(gate.isClosed()).isTrue();
        clock.advance(Duration.ofMillis(100));
        invocations(3, Duration.ofMillis(5));
        clock.advance(Duration.ofMillis(300));
        invocations(RUSH, Duration.ofMillis(1));
        begin(AT_ONCE);
        assertThat(gate.isClosed()).as("it stays open for longer").isFalse();
        clock.advance(Duration.ofMillis(300));
        invocations(RUSH, Duration.ofMillis(1));
        begin(AT_ONCE);
        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void itOpensAtOnceWhenNothingReturns() {
        rush();
        begin(AT_ONCE);
        gate.waitedInVain();
        assertThat(gate.isClosed()).isTrue();
        clock.advance(Duration.ofMillis(20));
        gate.waitedInVain();
        begin(AT_ONCE);
        assertThat(gate.isClosed()).isFalse();
    }
}
