package dev.boda.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogAllowancesTest {

    private static final int MANY = 1_200;

    @Test
    void aFunctionHasOneAllowanceAsLongAsAnEnvironmentHoldsItHoweverManyFunctionsThereAre() {
        var allowances = new LogAllowances(1_000);
        LogAllowance held = allowances.of("000000000000", "us-east-1", "held", 0);
        for (int i = 0; i < MANY; i++) {
            allowances.of("000000000000", "us-east-1", "f-" + i, 0);
        }

        assertThat(allowances.of("000000000000", "us-east-1", "held", 0)).isSameAs(held);
    }
}
