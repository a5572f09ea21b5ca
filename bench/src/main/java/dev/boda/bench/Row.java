package dev.boda.bench;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// All rounds of an experiment.
final class Row {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MEGABYTE = 1_024 * 1_024;

    private final Label label;
    private final List<Sample> rounds = new ArrayList<>();

    Row(Label label) {
        this.label = label;
    }

    void add(Sample round) {
        rounds.add(round);
    }

    Label label() {
        return label;
    }

    long calls() {
        return rounds.stream().mapToLong(Sample::calls).sum();
    }

    long errors() {
        return rounds.stream().mapToLong(Sample::errors).sum();
    }

    double callsPerSecond() {
        return calls() * 1e9 / nanos();
    }

    private long nanos() {
        return Math.max(1, rounds.stream().mapToLong(Sample::nanos).sum());
    }

    /// What was streamed in all rounds.
    Sample.Flow flow() {
        return rounds.stream().map(Sample::flow).reduce(Sample.Flow.NONE, Sample.Flow::plus);
    }

    /// Streamed in a second, by all callers.
    double megabytesPerSecond() {
        return flow().bytes() / MEGABYTE * 1e9 / nanos();
    }

    /// Of all rounds together, in milliseconds.
    double millis(double percentile) {
        return latency().getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    double maxMillis() {
        return latency().getMaxValue() / NANOS_PER_MILLI;
    }

    private Histogram latency() {
        var all = LoadResult.histogram();
        rounds.forEach(round -> all.add(round.latency()));
        return all;
    }

    /// How late the generator itself was, in milliseconds; 0 where there was no schedule.
    double latenessMillis(double percentile) {
        var all = LoadResult.histogram();
        rounds.forEach(round -> all.add(round.lateness()));
        return all.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    /// Of each round, in milliseconds.
    List<Double> medians() {
        return rounds.stream()
                .map(round -> round.latency().getValueAtPercentile(50) / NANOS_PER_MILLI)
                .toList();
    }

    /// How far the worst round's median is above the best one's, as a part of that.
    double spread() {
        var medians = medians();
        double best = medians.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double worst = medians.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return best == 0 ? 0 : worst / best - 1;
    }

    /// Processor time of one call.
    Processor perCall() {
        return Processor.of(cost(), (double) calls());
    }

    /// Processor time of one MB that was streamed.
    Processor perMegabyte() {
        return Processor.of(cost(), flow().bytes() / MEGABYTE);
    }

    private Sample.Cost cost() {
        return rounds.stream().map(Sample::cost).reduce(Sample.Cost.NONE, Sample.Cost::plus);
    }

    /// Microseconds of processor time; 0 where it was not counted.
    record Processor(double server, double runtimes, double generator, double signing) {

        private static Processor of(Sample.Cost cost, double parts) {
            double each = Math.max(1, parts) * NANOS_PER_MICRO;
            return new Processor(
                    cost.server() / each, cost.runtimes() / each, cost.generator() / each, cost.signing() / each);
        }
    }
}
