package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.Sample.Cost;
import dev.boda.bench.Targets.Target;
import dev.boda.bench.load.LoadResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitsTargetsTest {

    private static Row row(String subject, double millis, long errors) {
        var row = new Row(new Label(LimitsSuite.NEIGHBOUR, "n", subject));
        var latency = LoadResult.histogram();
        LoadResult.record(latency, (long) (millis * 1e6));
        row.add(new Sample(1, latency, LoadResult.histogram(), errors, 1_000_000_000, Cost.NONE));
        return row;
    }

    private static boolean met(double quiet, double loud, long errors) {
        return LimitsTargets.of(List.of(row(LimitsSuite.QUIET, quiet, 0), row(LimitsSuite.LOUD, loud, errors))).stream()
                .allMatch(Target::met);
    }

    @Test
    void aNeighbourMayWaitTwiceAsLongAsInQuietOrFiveMilliseconds() {
        assertThat(met(1, 4.9, 0)).isTrue();
        assertThat(met(1, 5.2, 0)).isFalse();
        assertThat(met(4, 7.9, 0)).isTrue();
        assertThat(met(4, 8.2, 0)).isFalse();
    }

    @Test
    void whatWasNotBegunBesideItIsNoMeasurement() {
        assertThat(met(1, 1, 1)).isFalse();
        assertThat(LimitsTargets.of(List.of(row(LimitsSuite.LOUD, 1, 0)))).isEmpty();
    }
}
