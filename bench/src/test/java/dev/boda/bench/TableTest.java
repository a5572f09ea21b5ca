package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.Sample.Cost;
import dev.boda.bench.load.LoadResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final String ONE = "nodejs20.x, 1 caller, 0 B";
    private static final String MANY = "nodejs20.x, 64 callers, 0 B";

    /// A second with as many calls, each of that time.
    private static Sample round(int calls, double millis) {
        var latency = LoadResult.histogram();
        for (int i = 0; i < calls; i++) {
            LoadResult.record(latency, (long) (millis * 1e6));
        }
        return new Sample(
                calls,
                latency,
                LoadResult.histogram(),
                0,
                1_000_000_000,
                new Cost(calls * 40_000L, calls * 20_000L, calls * 10_000L, calls * 4_000L));
    }

    private static Row row(String name, String subject, Sample... rounds) {
        var row = new Row(new Label("warm, closed loop", name, subject));
        List.of(rounds).forEach(row::add);
        return row;
    }

    @Test
    void percentilesAreOfAllRoundsTogether() {
        var row = row(ONE, Label.BODA, round(900, 1), round(100, 9));
        assertThat(row.millis(50)).isCloseTo(1, within(0.01));
        assertThat(row.millis(90)).isCloseTo(1, within(0.01));
        assertThat(row.millis(91)).isCloseTo(9, within(0.01));
        assertThat(row.maxMillis()).isCloseTo(9, within(0.01));
        assertThat(row.medians())
                .satisfiesExactly(
                        first -> assertThat(first).isCloseTo(1, within(0.01)),
                        second -> assertThat(second).isCloseTo(9, within(0.01)));
        assertThat(row.spread()).isCloseTo(8, within(0.05));
        assertThat(row.callsPerSecond()).isEqualTo(500);
        assertThat(row.perCall().server()).isEqualTo(40);
        assertThat(row.perCall().signing()).isEqualTo(4);
    }

    @Test
    void aRowIsComparedWithTheBareLoopsRowOfTheSameName() {
        var boda = row(ONE, Label.BODA, round(10, 0.2));
        var rows = List.of(boda, row(ONE, Label.BARE, round(10, 0.1)), row(MANY, Label.BARE, round(10, 7)));
        assertThat(Table.overBare(boda, rows).orElseThrow()).isCloseTo(2, within(0.01));
        assertThat(Table.overBare(rows.get(1), rows)).isEmpty();
        assertThat(String.join("\n", Table.of(rows)))
                .contains("warm, closed loop")
                .contains("2.00");
    }

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        var lines = Table.aligned(
                List.of(List.of("name", "by", "ms"), List.of("a long name", "x", "1.5"), List.of("b", "y", "12.25")));
        assertThat(lines).containsExactly("name         by     ms", "a long name  x     1.5", "b            y   12.25");
    }

    @Test
    void targetsAreMetOrNot() {
        var met = Targets.of(List.of(
                row(ONE, Label.BODA, round(10, 0.2)),
                row(ONE, Label.BARE, round(10, 0.1)),
                row(MANY, Label.BODA, round(10_000, 6))));
        assertThat(met).hasSize(3).allMatch(Targets.Target::met);
        var notMet = Targets.of(List.of(
                row(ONE, Label.BODA, round(10, 0.4)),
                row(ONE, Label.BARE, round(10, 0.1)),
                row(MANY, Label.BODA, round(9_999, 6))));
        assertThat(notMet).hasSize(3).noneMatch(Targets.Target::met);
        assertThat(notMet.getFirst()).asString().startsWith("NOT MET").endsWith("0.400 ms");
    }

    @Test
    void aRowThatWasNotMeasuredHasNoTarget() {
        assertThat(Targets.of(List.of(row("python3.12, 1 caller, 0 B", Label.BODA, round(1, 1)))))
                .isEmpty();
    }
}
