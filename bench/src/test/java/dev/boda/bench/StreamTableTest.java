package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.Sample.Cost;
import dev.boda.bench.Sample.Flow;
import dev.boda.bench.load.LoadResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamTableTest {

    private static final long MEGABYTE = 1 << 20;
    private static final String NAME = "nodejs24.x, 1 caller";

    /// One call in half a second.
    private static Sample round(double millis, Flow flow) {
        var latency = LoadResult.histogram();
        LoadResult.record(latency, (long) (millis * 1e6));
        var cost = new Cost(40_000_000, 20_000_000, 10_000_000, 0);
        return new Sample(1, latency, LoadResult.histogram(), 0, 500_000_000, cost, flow);
    }

    private static Row row(String subject, Sample... rounds) {
        var row = new Row(new Label("some", NAME, subject));
        List.of(rounds).forEach(row::add);
        return row;
    }

    @Test
    void whatIsStreamedIsOfAllRoundsAndMemoryIsTheMostOfAny() {
        var row = row(
                Label.BODA,
                round(400, new Flow(20 * MEGABYTE, 200, 260)),
                round(400, new Flow(60 * MEGABYTE, 200, 240)));
        var bare = row(Label.BARE, round(400, new Flow(100 * MEGABYTE, 90, 91)));
        assertThat(row.megabytesPerSecond()).isEqualTo(80);
        assertThat(row.perMegabyte().server()).isCloseTo(1_000, within(0.01));
        assertThat(StreamTable.of(List.of(row, bare)).get(2))
                .contains(NAME, " 80 ", " 40% ", " 1,000 ", " 500 ", " 250 ", " 200 ", " 260");
        assertThat(StreamTable.json(row, List.of(row, bare)))
                .containsEntry("megabytesPerSecond", 80.0)
                .containsEntry("partOfBare", 0.4)
                .containsEntry("serverMegabytesBefore", 200L)
                .containsEntry("serverMegabytesAtMost", 260L);
        assertThat(StreamTable.json(bare, List.of(row, bare))).doesNotContainKey("partOfBare");
    }

    @Test
    void theFirstByteIsHeldAgainstAWholeAnswerOfTheSameCallers() {
        var rows = List.of(
                row(Label.BODA, round(3, Flow.NONE)),
                row(StreamsSuite.BUFFERED, round(2, Flow.NONE)),
                row(Label.BARE, round(1, Flow.NONE)));
        assertThat(StreamTable.of(rows))
                .containsExactly("", "The first byte of a stream comes after 1.50 times a whole answer's: " + NAME);
        assertThat(StreamTable.json(rows.getFirst(), rows)).containsOnlyKeys("timesBuffered");
        assertThat(StreamTable.json(rows.getLast(), rows)).isEmpty();
    }

    @Test
    void whereNothingIsStreamedNothingIsSaid() {
        assertThat(StreamTable.of(List.of(row(Label.BODA, round(1, Flow.NONE)))))
                .isEmpty();
    }
}
