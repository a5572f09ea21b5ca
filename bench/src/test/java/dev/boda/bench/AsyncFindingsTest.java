package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.bench.load.LoadResult;
import dev.boda.bench.subject.ManyEvents.Beside;
import dev.boda.bench.subject.ManyEvents.Drained;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsyncFindingsTest {

    private static final LoadResult GOOD = load(6_000, 2, 0);

    private static LoadResult load(long perSecond, double millis, long errors) {
        var latency = LoadResult.histogram();
        LoadResult.record(latency, (long) (millis * 1e6));
        return new LoadResult(perSecond, latency, LoadResult.histogram(), errors, 1_000_000_000, 0);
    }

    private static Beside beside(double millis, long events, long run) {
        return new Beside(load(200, millis, 0), load(events, 1, 0), run);
    }

    private static List<Boolean> met(
            LoadResult bare, LoadResult accepted, LoadResult slow, LoadResult steady, Beside running, Beside waiting) {
        var drained = new Drained(1_000, 1_000_000_000);
        return new AsyncFindings(bare, accepted, slow, steady, drained, GOOD, running, waiting)
                .targets().stream().map(Targets.Target::met).toList();
    }

    @Test
    void allTargetsCanBeMet() {
        assertThat(met(
                        load(12_000, 1, 0),
                        GOOD,
                        load(3_000, 9, 0),
                        GOOD,
                        beside(4.9, 1_000, 990),
                        beside(9.9, 5_000, 0)))
                .containsOnly(true);
    }

    @Test
    void eachTargetIsMissedByLittle() {
        assertThat(met(
                        load(9_999, 1, 0),
                        load(4_999, 2, 0),
                        load(2_999, 9, 0),
                        load(5_000, 10.1, 0),
                        beside(5.1, 1_000, 990),
                        beside(10.1, 5_000, 0)))
                .containsOnly(false);
    }

    @Test
    void whatDidNotArriveOrRunProvesNothing() {
        var met = met(
                load(12_000, 1, 0),
                load(6_000, 1, 1),
                GOOD,
                load(4_000, 1, 0),
                beside(1, 1_000, 800),
                beside(1, 4_000, 0));
        assertThat(met).containsExactly(false, false, false, true, false, false);
    }
}
