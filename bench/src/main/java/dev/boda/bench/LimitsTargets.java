package dev.boda.bench;

import dev.boda.bench.Targets.Target;
import java.util.List;
import java.util.Locale;

/// What Boda promises to the neighbours of functions that grow, and whether this run met it.
final class LimitsTargets {

    private static final double MOST_TIMES_QUIET = 2;
    private static final double OR_MILLIS = 5;

    private LimitsTargets() {}

    /// Those that the rows say something of.
    static List<Target> of(List<Row> rows) {
        return rows.stream()
                .filter(row -> row.label().group().equals(LimitsSuite.NEIGHBOUR)
                        && row.label().subject().equals(LimitsSuite.LOUD))
                .flatMap(loud -> rows.stream()
                        .filter(row -> row.label()
                                .equals(new Experiment.Label(
                                        LimitsSuite.NEIGHBOUR, loud.label().name(), LimitsSuite.QUIET)))
                        .map(quiet -> neighbour(loud, quiet)))
                .toList();
    }

    private static Target neighbour(Row loud, Row quiet) {
        double allowed = Math.max(OR_MILLIS, MOST_TIMES_QUIET * quiet.millis(99));
        return new Target(
                loud.label().name()
                        + ": while another function starts 20 environments a second, the p99 of a warm call is"
                        + " within 2 times of quiet or under 5 ms",
                String.format(Locale.ROOT, "%.1f ms, quiet %.1f ms", loud.millis(99), quiet.millis(99)),
                loud.millis(99) <= allowed && loud.errors() == 0);
    }
}
