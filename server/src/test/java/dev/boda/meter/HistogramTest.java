package dev.boda.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class HistogramTest {

    @Test
    void aBoundBelongsToItsBucketAndWhatIsLongerToTheLast() {
        var histogram = Histogram.ofSeconds(0.001, 0.01);
        histogram.add(0);
        histogram.add(1_000_000);
        histogram.add(1_000_001);
        histogram.add(5_000_000_000L);
        var reading = histogram.read();
        assertThat(reading.boundSeconds()).containsExactly(0.001, 0.01);
        assertThat(reading.counts()).containsExactly(2L, 1L, 1L);
        assertThat(reading.count()).isEqualTo(4);
        assertThat(reading.sumSeconds()).isEqualTo(5.002000001);
    }

    @Test
    void nothingIsLostThatManyThreadsAdd() {
        var histogram = Histogram.ofSeconds(1);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                threads.execute(() -> {
                    for (int n = 0; n < 100_000; n++) {
                        histogram.add(1);
                    }
                });
            }
        }
        assertThat(histogram.read().count()).isEqualTo(400_000);
        assertThat(histogram.read().sumSeconds()).isEqualTo(0.0004);
    }
}
