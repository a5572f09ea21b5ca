package dev.boda.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Runs experiments in turns: all of them to warm up, then all of them again in each round.
final class Rounds {

    private final int number;
    private final Duration time;
    private final Noise noise;
    private final Consumer<String> progress;

    /// @param time     of one experiment in one round
    /// @param progress is told what is under way
    Rounds(int number, Duration time, Noise noise, Consumer<String> progress) {
        this.number = number;
        this.time = time;
        this.noise = noise;
        this.progress = progress;
    }

    /// A row for each experiment, in their order.
    List<Row> run(List<Experiment> experiments) throws IOException, InterruptedException {
        var rows = new ArrayList<Row>();
        for (var experiment : experiments) {
            progress.accept("warming up: " + experiment.label().name());
            experiment.warmUp(time);
            rows.add(new Row(experiment.label()));
        }
        for (int round = 1; round <= number; round++) {
            noise.probe();
            for (int i = 0; i < experiments.size(); i++) {
                var label = experiments.get(i).label();
                progress.accept("round " + round + " of " + number + ": " + label.name() + " · " + label.subject());
                rows.get(i).add(experiments.get(i).run(time));
            }
        }
        return rows;
    }
}
