package dev.boda.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.function.FunctionName;
import dev.boda.function.FunctionVersion;
import dev.boda.function.Snapshots;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class FunctionMetersTest {

    private final FunctionMeters meters = new FunctionMeters();

    private static FunctionVersion version(String id, String region, String name) {
        return Snapshots.of(
                id,
                "000000000000",
                region,
                name,
                "$LATEST",
                "python3.12",
                "h",
                "r",
                "0",
                "x86_64",
                3,
                128,
                512,
                Map.of());
    }

    @Test
    void allVersionsOfAFunctionCountTogetherAndRegionsApart() {
        meters.of(version("v1", "us-east-1", "f")).invoked(Duration.ofMillis(1), false);
        meters.of(version("v2", "us-east-1", "f")).invoked(Duration.ofMillis(1), true);
        meters.of(version("v3", "eu-west-1", "f")).throttled();
        var readings = meters.read();
        var here = Objects.requireNonNull(readings.get(new FunctionName("000000000000", "us-east-1", "f")));
        assertThat(here.invocations()).isEqualTo(2);
        assertThat(here.errors()).isOne();
        assertThat(readings).hasSize(2);
    }

    @Test
    void aFunctionThatIsNoMoreIsForgotten() {
        meters.of(version("v1", "us-east-1", "gone")).throttled();
        meters.of(version("v1", "us-east-1", "kept")).throttled();
        meters.retain(name -> name.name().equals("kept"));
        assertThat(meters.read().keySet()).extracting(FunctionName::name).containsExactly("kept");
    }

    @Test
    void beyondTheLimitFunctionsAreCountedTogether() {
        for (int i = 0; i < FunctionMeters.MOST + 7; i++) {
            meters.of(version("v", "us-east-1", "f" + i)).invoked(Duration.ZERO, false);
        }
        assertThat(meters.read()).hasSize(FunctionMeters.MOST);
        assertThat(meters.others().invocations()).isEqualTo(7);
    }
}
