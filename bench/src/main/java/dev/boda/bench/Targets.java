package dev.boda.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What Boda promises of warm calls of a trivial Node.js function of 1,769 MB, and whether this run met it.
final class Targets {

    private static final double MOST_MILLIS = 0.25;
    private static final double MOST_TIMES_BARE = 3;
    private static final double FEWEST_CALLS = 10_000;

    /// One of them.
    ///
    /// @param met whether `value` is on the right side of the promise
    record Target(String promise, String value, boolean met) {

        @Override
        public String toString() {
            return (met ? "met      " : "NOT MET  ") + promise + ": " + value;
        }
    }

    private Targets() {}

    /// Those that the rows say something of.
    static List<Target> of(List<Row> rows) {
        var targets = new ArrayList<Target>();
        for (var row : rows) {
            var name = row.label().name();
            if (row.label().isBare() || !row.label().group().startsWith("warm, closed") || !name.startsWith("nodejs")) {
                continue;
            }
            if (name.endsWith(" 1 caller, 0 B")) {
                double millis = row.millis(50);
                targets.add(new Target(
                        "a warm call costs at most 0.25 ms at the median, signatures checked and logs on",
                        String.format(Locale.ROOT, "%.3f ms", millis),
                        millis <= MOST_MILLIS));
                Table.overBare(row, rows)
                        .ifPresent(times -> targets.add(new Target(
                                "and at most 3 times the bare loop of the same run",
                                String.format(Locale.ROOT, "%.2f times", times),
                                times <= MOST_TIMES_BARE)));
            }
            if (name.endsWith(" 64 callers, 0 B")) {
                targets.add(new Target(
                        "64 callers have at least 10,000 calls a second in all, without an error",
                        String.format(Locale.ROOT, "%,.0f calls/s, %d errors", row.callsPerSecond(), row.errors()),
                        row.callsPerSecond() >= FEWEST_CALLS && row.errors() == 0));
            }
        }
        targets.addAll(IsolationTargets.of(rows));
        targets.addAll(LimitsTargets.of(rows));
        return targets;
    }
}
