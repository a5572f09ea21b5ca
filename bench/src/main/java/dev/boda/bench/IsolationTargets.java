package dev.boda.bench;

import dev.boda.bench.Targets.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What Boda promises of isolation, and whether this run met it.
final class IsolationTargets {

    private static final double MOST_MILLIS_MORE = 15;
    private static final double MOST_TIMES_PLAIN = 1.1;

    private IsolationTargets() {}

    /// Those that the rows say something of.
    static List<Target> of(List<Row> rows) {
        var targets = new ArrayList<Target>();
        for (var row : rows) {
            if (!row.label().subject().equals(IsolationSuite.ISOLATED)) {
                continue;
            }
            switch (row.label().group()) {
                case IsolationSuite.COLD ->
                    beside(row, IsolationSuite.IMPORTS, rows)
                            .or(() -> beside(row, IsolationSuite.INTERPRETER, rows))
                            .ifPresent(floor -> targets.add(cold(row, floor)));
                case IsolationSuite.WARM ->
                    beside(row, IsolationSuite.PLAIN, rows).ifPresent(plain -> targets.add(warm(row, plain)));
                default -> {}
            }
        }
        return targets;
    }

    private static Optional<Row> beside(Row row, String subject, List<Row> rows) {
        var label = new Experiment.Label(row.label().group(), row.label().name(), subject);
        return rows.stream().filter(other -> other.label().equals(label)).findFirst();
    }

    private static Target cold(Row row, Row floor) {
        double more = row.millis(50) - floor.millis(50);
        return new Target(
                row.label().name() + ": an isolated cold start takes at most 15 ms more than the bare start",
                String.format(
                        Locale.ROOT,
                        "%.1f ms, which is %.1f ms more (p99 %.1f ms, bare %.1f)",
                        row.millis(50),
                        more,
                        row.millis(99),
                        floor.millis(99)),
                more <= MOST_MILLIS_MORE && row.errors() == 0);
    }

    /// The rounds' own ratios say how far the ratio is to be believed.
    private static Target warm(Row row, Row plain) {
        double times = row.millis(50) / plain.millis(50);
        var isolated = row.medians();
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < isolated.size(); i++) {
            ratios.add(isolated.get(i) / plain.medians().get(i));
        }
        return new Target(
                row.label().name() + ": a warm call is within 10 % of the plain process",
                String.format(
                        Locale.ROOT,
                        "%.2f times at the median (rounds: %.2f to %.2f), %.2f times the calls a second",
                        times,
                        ratios.stream().mapToDouble(Double::doubleValue).min().orElse(times),
                        ratios.stream().mapToDouble(Double::doubleValue).max().orElse(times),
                        row.callsPerSecond() / plain.callsPerSecond()),
                times <= MOST_TIMES_PLAIN && row.errors() == 0);
    }
}
