package dev.boda.metrics;

import dev.boda.meter.Histogram;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Consumer;

/// Metric families while they are collected, and their text. A family without points is left out.
final class Families {

    private final MetricSnapshots.Builder all = MetricSnapshots.builder();

    /// Takes the points of a counter or gauge.
    @FunctionalInterface
    interface Points {

        /// @param labels names and values in turn
        void add(double value, String... labels);

        /// @param labels names and values in turn
        default void add(long value, String... labels) {
            add((double) value, labels);
        }
    }

    /// Takes the points of a histogram.
    @FunctionalInterface
    interface Distributions {

        /// @param labels names and values in turn
        void add(Histogram.Reading reading, String... labels);
    }

    /// @param name without the `_total` that it gets
    void counter(String name, String help, Consumer<Points> points) {
        var family = CounterSnapshot.builder().name(name).help(help);
        points.accept(
                (value, labels) -> family.dataPoint(new CounterDataPointSnapshot(value, Labels.of(labels), null, 0)));
        add(family.build());
    }

    void gauge(String name, String help, Consumer<Points> points) {
        var family = GaugeSnapshot.builder().name(name).help(help);
        points.accept((value, labels) -> family.dataPoint(new GaugeDataPointSnapshot(value, Labels.of(labels), null)));
        add(family.build());
    }

    void gauge(String name, String help, double value) {
        gauge(name, help, points -> points.add(value));
    }

    void gauge(String name, String help, long value) {
        gauge(name, help, (double) value);
    }

    void histogram(String name, String help, Consumer<Distributions> points) {
        var family = HistogramSnapshot.builder().name(name).help(help);
        points.accept((reading, labels) -> family.dataPoint(HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets(reading))
                .sum(reading.sumSeconds())
                .labels(Labels.of(labels))
                .build()));
        add(family.build());
    }

    private void add(MetricSnapshot family) {
        if (!family.getDataPoints().isEmpty()) {
            all.metricSnapshot(family);
        }
    }

    private static ClassicHistogramBuckets buckets(Histogram.Reading reading) {
        var bounds = new ArrayList<>(reading.boundSeconds());
        bounds.add(Double.POSITIVE_INFINITY);
        return ClassicHistogramBuckets.of(bounds, reading.counts());
    }

    /// In Prometheus's text format 0.0.4.
    byte[] text() throws IOException {
        var text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, all.build(), EscapingScheme.UNDERSCORE_ESCAPING);
        return text.toByteArray();
    }
}
