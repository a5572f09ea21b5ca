package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.bench.RetirementTrace.Rule;
import org.junit.jupiter.api.Test;

class RetirementTraceTest {

    private final RetirementTrace trace = new RetirementTrace();

    @Test
    void theEnginesRuleHasFewerColdStartsThanAFixedTimeAndLessToWaitFor() {
        for (double part : new double[] {0.1, 0.3}) {
            var fixed = trace.run(Rule.TEN_MINUTES, part);
            var own = trace.run(Rule.BODA, part);
            assertThat(own.coldShare()).isLessThan(0.85 * fixed.coldShare());
            assertThat(own.waitedSeconds()).isLessThan(0.7 * fixed.waitedSeconds());
        }
    }

    @Test
    void theSameTraceHasTheSameOutcome() {
        assertThat(trace.run(Rule.BODA, 0.2)).isEqualTo(trace.run(Rule.BODA, 0.2));
    }
}
