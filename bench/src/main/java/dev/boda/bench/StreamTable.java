package dev.boda.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the table of calls does not say of streams: how fast they go, what a MB of them costs, and what a first byte
/// costs next to a whole answer.
final class StreamTable {

    private static final List<String> HEADINGS =
            List.of("", "", "MB/s", "of bare", "server", "runtime", "client", "memory before", "at most");

    private static final String LEGEND = """
            MB/s of all callers together. server, runtime, client: processor time a MB, in µs. memory: of the server, in MB.""";

    private StreamTable() {}

    /// The lines; none where nothing is streamed.
    static List<String> of(List<Row> rows) {
        var lines = new ArrayList<String>();
        var flows = rows.stream().filter(row -> row.flow().bytes() > 0).toList();
        if (!flows.isEmpty()) {
            var cells = new ArrayList<>(List.of(HEADINGS));
            flows.forEach(row -> cells.add(cells(row, flows)));
            lines.add("");
            lines.addAll(Table.aligned(cells));
            lines.add(LEGEND);
        }
        var prices = rows.stream()
                .flatMap(row -> overBuffered(row, rows).map(times -> price(row, times)).stream())
                .toList();
        if (!prices.isEmpty()) {
            lines.add("");
            lines.addAll(prices);
        }
        return lines;
    }

    private static String price(Row row, double times) {
        return String.format(
                Locale.ROOT,
                "The first byte of a stream comes after %.2f times a whole answer's: %s",
                times,
                row.label().name());
    }

    private static List<String> cells(Row row, List<Row> all) {
        var perMegabyte = row.perMegabyte();
        return List.of(
                row.label().name(),
                row.label().subject(),
                String.format(Locale.ROOT, "%,.0f", row.megabytesPerSecond()),
                ofBare(row, all)
                        .map(part -> String.format(Locale.ROOT, "%.0f%%", 100 * part))
                        .orElse(""),
                String.format(Locale.ROOT, "%,.0f", perMegabyte.server()),
                String.format(Locale.ROOT, "%,.0f", perMegabyte.runtimes()),
                String.format(Locale.ROOT, "%,.0f", perMegabyte.generator()),
                Long.toString(row.flow().before()),
                Long.toString(row.flow().most()));
    }

    /// What part of the bare loop's MB/s, if that has such a row.
    private static Optional<Double> ofBare(Row row, List<Row> all) {
        return row.label().isBare()
                ? Optional.empty()
                : find(row.label().bare(), all).map(bare -> row.megabytesPerSecond() / bare.megabytesPerSecond());
    }

    /// How many times a whole answer's median the median of a stream's first byte is, if there is such a row.
    private static Optional<Double> overBuffered(Row row, List<Row> all) {
        var label = row.label();
        var buffered = new Experiment.Label(label.group(), label.name(), StreamsSuite.BUFFERED);
        return label.subject().equals(Experiment.Label.BODA)
                ? find(buffered, all).map(whole -> row.millis(50) / whole.millis(50))
                : Optional.empty();
    }

    private static Optional<Row> find(Experiment.Label label, List<Row> all) {
        return all.stream().filter(row -> row.label().equals(label)).findFirst();
    }

    /// What a row of streams has beside other rows.
    static Map<String, Object> json(Row row, List<Row> all) {
        var members = new LinkedHashMap<String, Object>();
        overBuffered(row, all).ifPresent(times -> members.put("timesBuffered", times));
        if (row.flow().bytes() > 0) {
            members.put("megabytesPerSecond", row.megabytesPerSecond());
            ofBare(row, all).ifPresent(part -> members.put("partOfBare", part));
            members.put("processorMicrosPerMegabyte", row.perMegabyte());
            members.put("serverMegabytesBefore", row.flow().before());
            members.put("serverMegabytesAtMost", row.flow().most());
        }
        return members;
    }
}
