package dev.boda.sandbox.groups;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BurningTest {

    private static final long LOOK = 100_000_000;

    private final Burning burning = new Burning();
    private long used;
    private long now;

    @Test
    void whoUsesUpWhatItCanHaveBurnsFromTheSecondLookOn() {
        assertThat(look(0, 0.5)).isFalse();
        assertThat(look(0.45, 0.5)).isFalse();
        assertThat(look(0.45, 0.5)).isTrue();
        assertThat(look(0.25, 0.5)).isTrue();
        assertThat(look(0.1, 0.5)).isFalse();
        assertThat(look(0.45, 0.5)).isFalse();
    }

    @Test
    void aBusyFunctionOfManyCallsDoesNotBurn() {
        for (int i = 0; i < 20; i++) {
            assertThat(look(0.6, 1)).isFalse();
        }
    }

    private boolean look(double processors, double canHave) {
        now += LOOK;
        used += (long) (processors * LOOK);
        burning.look(used, now, canHave);
        return burning.burns();
    }
}
