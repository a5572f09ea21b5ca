package dev.boda.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void aPoissonScheduleHasTheRateAndNoRegularGaps() {
        var schedule = Schedule.poisson(1_000, Duration.ofSeconds(20), new SplittableRandom(1));
        assertThat(schedule.size()).isEqualTo(20_000);
        assertThat(schedule.lengthNanos() / 1e9).isBetween(19.0, 21.0);
        long longGaps = 0;
        for (int i = 1; i < schedule.size(); i++) {
            long gap = schedule.nanos(i) - schedule.nanos(i - 1);
            assertThat(gap).isNotNegative();
            longGaps += gap > 2_000_000 ? 1 : 0;
        }
        // e⁻² of all gaps are longer than two mean ones.
        assertThat(longGaps / 20_000.0).isBetween(0.12, 0.15);
    }

    @Test
    void theSameSeedGivesTheSameSchedule() {
        var one = Schedule.poisson(100, Duration.ofSeconds(1), new SplittableRandom(7));
        var other = Schedule.poisson(100, Duration.ofSeconds(1), new SplittableRandom(7));
        assertThat(one.lengthNanos()).isEqualTo(other.lengthNanos());
    }
}
