package dev.boda.engine;

import static dev.boda.engine.Waiters.Awaits.IDLE;
import static dev.boda.engine.Waiters.Awaits.START;
import static dev.boda.engine.Waiters.Awaits.TURN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaitersTest {

    private final Waiters waiters = new Waiters();
    private final Placement first = placement();
    private final Placement second = placement();
    private final Placement third = placement();

    private static Placement placement() {
        var invocation = Engine.invocation(Engine.version(), "x", false);
        return new Placement(invocation, new Call.Sink(64), new Slot(List.of()), new ManualClock());
    }

    @Test
    void whoWaitsForSomethingElseKeepsItsPlace() {
        waiters.add(first, TURN);
        waiters.add(second, IDLE);
        waiters.add(third, IDLE);
        waiters.change(first, IDLE);
        assertThat(waiters.first(IDLE)).isSameAs(first);
        assertThat(waiters.count(TURN)).isZero();
        assertThat(waiters.awaited(first)).isEqualTo(IDLE);
        assertThat(waiters.pollLast(IDLE)).isSameAs(third);
        assertThat(waiters.pollFirst(IDLE)).isSameAs(first);
        assertThat(waiters.count()).isEqualTo(1);
    }

    @Test
    void theFirstOfTwoKindsIsWhoHasWaitedLongest() {
        assertThat(waiters.first(IDLE, START)).isNull();
        waiters.add(first, TURN);
        waiters.add(second, START);
        assertThat(waiters.first(IDLE, START)).isSameAs(second);
        assertThat(waiters.first(START, IDLE)).isSameAs(second);
        waiters.add(third, IDLE);
        assertThat(waiters.first(IDLE, START)).isSameAs(second);
        assertThat(waiters.first(START, IDLE)).isSameAs(second);
    }

    @Test
    void whoWaitsNoMoreIsGone() {
        waiters.add(first, START);
        waiters.remove(first);
        waiters.remove(first);
        waiters.change(first, IDLE);
        assertThat(waiters.count()).isZero();
        assertThat(waiters.first(START)).isNull();
        assertThat(waiters.awaited(first)).isNull();
    }
}
