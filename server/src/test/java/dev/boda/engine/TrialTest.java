package dev.boda.engine;

import static dev.boda.engine.Trial.Verdict.BETTER;
import static dev.boda.engine.Trial.Verdict.UNCLEAR;
import static dev.boda.engine.Trial.Verdict.WORSE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrialTest {

    private final Trial trial = new Trial(100);

    @Test
    void whatIsClearIsBelievedAtOnce() {
        assertThat(trial.other(121, 1)).isEqualTo(BETTER);
        assertThat(new Trial(100).other(79, 1)).isEqualTo(WORSE);
    }

    @Test
    void theRestIsLookedAtAgain() {
        assertThat(trial.other(115, 1)).isEqualTo(UNCLEAR);
        trial.own(100);
        assertThat(trial.other(115, 1)).isEqualTo(BETTER);
    }

    @Test
    void afterFourLooksItIsDecided() {
        for (int i = 1; i < 4; i++) {
            assertThat(trial.other(101, 1)).isEqualTo(UNCLEAR);
            trial.own(100);
        }
        assertThat(trial.other(101, 1)).isEqualTo(BETTER);
    }

    @Test
    void itsOwnIsLookedAtAsOften() {
        trial.other(110, 1);
        trial.own(140);
        assertThat(trial.other(70, 1)).isEqualTo(WORSE);
    }

    @Test
    void nothingIsNotBetterThanNothing() {
        assertThat(new Trial(0).other(0, 1)).isEqualTo(WORSE);
    }
}
