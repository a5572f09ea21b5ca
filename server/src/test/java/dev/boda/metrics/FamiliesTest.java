package dev.boda.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.meter.Histogram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class FamiliesTest {

    private final Families families = new Families();

    private String text() throws IOException {
        return new String(families.text(), StandardCharsets.UTF_8);
    }

    @Test
    void aCounterHasHelpTypeAndTotal() throws IOException {
        families.counter("boda_x", "What x is.", points -> points.add(3, "of", "a"));
        assertThat(text().lines())
                .containsExactly(
                        "# HELP boda_x_total What x is.", "# TYPE boda_x_total counter", "boda_x_total{of=\"a\"} 3.0");
    }

    @Test
    void labelsAreEscaped() throws IOException {
        families.gauge("boda_x", "X.", points -> points.add(1, "of", "a\"b\\c\nd"));
        assertThat(text()).contains("boda_x{of=\"a\\\"b\\\\c\\nd\"} 1.0\n");
    }

    @Test
    void aHistogramIsCumulative() throws IOException {
        var histogram = Histogram.ofSeconds(0.001, 0.01);
        histogram.add(500_000);
        histogram.add(5_000_000);
        histogram.add(5_000_000_000L);
        families.histogram("boda_x_seconds", "X.", points -> points.add(histogram.read()));
        assertThat(text())
                .contains(
                        "# TYPE boda_x_seconds histogram\n",
                        "boda_x_seconds_bucket{le=\"0.001\"} 1\n",
                        "boda_x_seconds_bucket{le=\"0.01\"} 2\n",
                        "boda_x_seconds_bucket{le=\"+Inf\"} 3\n",
                        "boda_x_seconds_count 3\n",
                        "boda_x_seconds_sum 5.0055\n");
    }

    @Test
    void aFamilyWithoutPointsIsLeftOut() throws IOException {
        families.counter("boda_x", "X.", _ -> {});
        assertThat(text()).isEmpty();
    }
}
