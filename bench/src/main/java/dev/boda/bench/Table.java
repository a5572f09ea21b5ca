package dev.boda.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Rows for people: a part for each group, times in milliseconds, and what a call costs next to the bare loop.
final class Table {

    private static final List<String> HEADINGS = List.of(
            "", "", "p50", "p90", "p99", "p99.9", "max", "calls/s", "x bare", "server", "runtime", "client", "rounds",
            "errors");
    private static final double COARSE = 100;

    private Table() {}

    /// The lines, the group's name above each part.
    static List<String> of(List<Row> rows) {
        var lines = new ArrayList<String>();
        for (var group :
                rows.stream().map(row -> row.label().group()).distinct().toList()) {
            lines.add("");
            var part = rows.stream()
                    .filter(row -> row.label().group().equals(group))
                    .toList();
            var cells = new ArrayList<List<String>>();
            var headings = new ArrayList<>(HEADINGS);
            headings.set(0, group);
            cells.add(headings);
            part.forEach(row -> cells.add(cells(row, rows)));
            lines.addAll(aligned(cells));
        }
        return lines;
    }

    private static List<String> cells(Row row, List<Row> all) {
        var perCall = row.perCall();
        return List.of(
                row.label().name(),
                row.label().subject(),
                millis(row.millis(50)),
                millis(row.millis(90)),
                millis(row.millis(99)),
                millis(row.millis(99.9)),
                millis(row.maxMillis()),
                String.format(Locale.ROOT, "%,.0f", row.callsPerSecond()),
                overBare(row, all)
                        .map(times -> String.format(Locale.ROOT, "%.2f", times))
                        .orElse(""),
                micros(perCall.server()),
                micros(perCall.runtimes()),
                micros(perCall.generator()),
                String.format(Locale.ROOT, "+%.0f%%", row.spread() * 100),
                row.errors() == 0 ? "" : Long.toString(row.errors()));
    }

    /// How many times the bare loop's median a row's median is, if the bare loop has such a row.
    static Optional<Double> overBare(Row row, List<Row> all) {
        return row.label().isBare()
                ? Optional.empty()
                : all.stream()
                        .filter(other -> other.label().equals(row.label().bare()))
                        .findFirst()
                        .map(bare -> row.millis(50) / bare.millis(50));
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, value < COARSE ? "%.3f" : "%.0f", value);
    }

    private static String micros(double value) {
        return value == 0 ? "" : String.format(Locale.ROOT, "%.0f", value);
    }

    /// Texts to the left, numbers to the right.
    static List<String> aligned(List<List<String>> cells) {
        var widths = new int[cells.getFirst().size()];
        for (var line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        var lines = new ArrayList<String>();
        for (var line : cells) {
            var text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                var pad = " ".repeat(widths[i] - line.get(i).length());
                text.append(i == 0 ? "" : "  ").append(i < 2 ? line.get(i) + pad : pad + line.get(i));
            }
            lines.add(text.toString().stripTrailing());
        }
        return lines;
    }
}
