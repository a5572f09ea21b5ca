package dev.boda.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

class BriefSpinTest {

    private static final long MICRO = 1_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final BriefSpin spin = new BriefSpin(() -> this.now, () -> this.spare, () -> this.now >= this.taskAt);
    private long now;
    private boolean spare = true;
    private long taskAt = NEVER;
    private long nextEvent = NEVER;
    private int looks;

    /// The I/O thread's next step: each look takes a microsecond.
    private int step() throws Exception {
        looks = 0;
        return spin.calculateStrategy(
                () -> {
                    looks++;
                    now += MICRO;
                    if (now < nextEvent) {
                        return 0;
                    }
                    nextEvent = NEVER;
                    return 1;
                },
                false);
    }

    private void sleepUntilAnEvent(long nanos) throws Exception {
        assertThat(step()).isEqualTo(SelectStrategy.SELECT);
        now += nanos;
    }

    @Test
    void aThreadWithoutEventsSleepsAtOnce() throws Exception {
        for (int i = 0; i < 3; i++) {
            sleepUntilAnEvent(1_000 * MICRO);
            assertThat(looks).isEqualTo(1);
        }
    }

    @Test
    void whereEventsComeSoonItAwaitsTheNextOne() throws Exception {
        sleepUntilAnEvent(50 * MICRO);
        nextEvent = now + 60 * MICRO;
        assertThat(step()).isEqualTo(1);
        assertThat(looks).isGreaterThan(50);
        nextEvent = now + 90 * MICRO;
        assertThat(step()).isEqualTo(1);
    }

    @Test
    void itLooksInVainOnce() throws Exception {
        sleepUntilAnEvent(50 * MICRO);
        assertThat(step()).isEqualTo(SelectStrategy.SELECT);
        assertThat(looks).isGreaterThan(50).isLessThan(200);
        now += 10_000 * MICRO;
        assertThat(step()).isEqualTo(SelectStrategy.SELECT);
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void whoElseWantsTheProcessorHasIt() throws Exception {
        sleepUntilAnEvent(50 * MICRO);
        spare = false;
        assertThat(step()).isEqualTo(SelectStrategy.SELECT);
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void aTaskThatComesMeanwhileEndsTheLook() throws Exception {
        sleepUntilAnEvent(50 * MICRO);
        taskAt = now + 10 * MICRO;
        assertThat(step()).isZero();
        assertThat(looks).isLessThan(20);
    }

    @Test
    void tasksDoNotWaitForEvents() throws Exception {
        sleepUntilAnEvent(50 * MICRO);
        assertThat(spin.calculateStrategy(() -> 0, true)).isZero();
    }
}
