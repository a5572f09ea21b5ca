package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.Sample.Cost;
import dev.boda.bench.Targets.Target;
import dev.boda.bench.load.LoadResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class IsolationTargetsTest {

    private static Row row(String group, String name, String subject, double... medians) {
        var row = new Row(new Label(group, name, subject));
        for (double millis : medians) {
            var latency = LoadResult.histogram();
            LoadResult.record(latency, (long) (millis * 1e6));
            row.add(new Sample(1, latency, LoadResult.histogram(), 0, 1_000_000_000, Cost.NONE));
        }
        return row;
    }

    private static Row cold(String name, String subject, double millis) {
        return row(IsolationSuite.COLD, name, subject, millis);
    }

    @Test
    void aColdStartIsHeldAgainstTheInterpreterWithTheClientsImports() {
        var floors = List.of(cold("p", IsolationSuite.IMPORTS, 30), cold("p", IsolationSuite.INTERPRETER, 10));

        assertThat(IsolationTargets.of(List.of(floors.get(0), floors.get(1), cold("p", IsolationSuite.ISOLATED, 44.9))))
                .singleElement()
                .matches(Target::met);
        assertThat(IsolationTargets.of(List.of(floors.get(0), floors.get(1), cold("p", IsolationSuite.ISOLATED, 45.5))))
                .singleElement()
                .matches(target -> !target.met());
    }

    @Test
    void aNativeProgramIsHeldAgainstItsBareStart() {
        assertThat(IsolationTargets.of(List.of(
                        cold("true", IsolationSuite.ISOLATED, 20), cold("true", IsolationSuite.INTERPRETER, 2))))
                .singleElement()
                .matches(target -> !target.met());
    }

    @Test
    void aWarmCallIsHeldAgainstThePlainProcessAndItsSpreadIsSaid() {
        var isolated = row(IsolationSuite.WARM, "n", IsolationSuite.ISOLATED, 1, 1.2);
        var plain = row(IsolationSuite.WARM, "n", IsolationSuite.PLAIN, 1, 1);

        assertThat(IsolationTargets.of(List.of(isolated, plain)))
                .singleElement()
                .satisfies(target -> assertThat(target.value()).contains("rounds: 1.00 to 1.20"));
        assertThat(IsolationTargets.of(
                        List.of(row(IsolationSuite.WARM, "n", IsolationSuite.ISOLATED, 1.2, 1.2), plain)))
                .singleElement()
                .matches(target -> !target.met());
    }

    @Test
    void whatWasMeasuredAloneIsNotJudged() {
        assertThat(IsolationTargets.of(List.of(cold("p", IsolationSuite.ISOLATED, 1), cold("p", "plain", 1))))
                .isEmpty();
    }
}
