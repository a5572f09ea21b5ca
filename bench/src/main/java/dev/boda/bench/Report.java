package dev.boda.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// All that a run found.
///
/// @param set      what was measured
/// @param plan     how many rounds of which length
/// @param settings what the figures depend on
/// @param noise    how quiet the machine was
/// @param rows     of the rounds
/// @param findings what the set found beside them
record Report(BenchSet set, String plan, Map<String, String> settings, Noise noise, List<Row> rows, Findings findings) {

    private static final int WIDTH = 118;
    private static final int INDENT = 13;

    private static final String LEGEND = """
            Times in ms. In a closed loop callers call again as soon as they are answered; calls that could not be made
            while one was kept waiting count with what they would have waited. In an open loop time counts from when
            the schedule wanted the call, sent or not. x bare: the median, in medians of the bare loop (same HTTP
            library, same runtime client, same load generator; unsigned, no logs). server, runtime, client: processor
            time a call, in µs. rounds: how far the worst round's median was above the best one's.""";

    /// For people.
    List<String> lines() throws IOException {
        var lines = new ArrayList<String>();
        lines.add("boda bench " + set.id() + ": " + plan);
        settings.forEach((name, value) -> lines.addAll(wrapped(name, value)));
        lines.addAll(wrapped("noise", noise.sentence()));
        lines.addAll(Table.of(rows));
        lines.addAll(Table.of(findings.rows()));
        lines.addAll(StreamTable.of(rows));
        lines.add("");
        lines.addAll(LEGEND.lines().toList());
        signing().ifPresent(lines::add);
        lateness().ifPresent(lines::add);
        lines.addAll(findings.lines());
        var targets = targets();
        if (!targets.isEmpty()) {
            lines.add("");
            targets.forEach(target -> lines.add(target.toString()));
        }
        return lines;
    }

    private List<Targets.Target> targets() {
        if (!set.isJudged()) {
            return List.of();
        }
        var targets = new ArrayList<>(Targets.of(rows));
        targets.addAll(findings.targets());
        return targets;
    }

    /// A name, and behind it its value in as many lines as it takes.
    private static List<String> wrapped(String name, String value) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(String.format(Locale.ROOT, "  %-11s", name));
        for (var word : value.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(INDENT));
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private java.util.Optional<String> signing() {
        return rows.stream()
                .filter(row -> row.perCall().signing() > 0)
                .findFirst()
                .map(row -> String.format(
                        Locale.ROOT,
                        "A signature costs the load generator %.1f µs (%s); it is made before the clock starts.",
                        row.perCall().signing(),
                        row.label().name()));
    }

    private java.util.Optional<String> lateness() {
        return rows.stream()
                .filter(row -> row.latenessMillis(100) > 0)
                .findFirst()
                .map(row -> String.format(
                        Locale.ROOT,
                        "The load generator itself was late by %.3f ms at the median and %.3f at p99 (%s).",
                        row.latenessMillis(50),
                        row.latenessMillis(99),
                        row.label().name()));
    }

    /// For programs.
    void write(Path file) throws IOException {
        var root = new LinkedHashMap<String, Object>();
        root.put("set", set.id());
        root.put("plan", plan);
        root.put("settings", settings);
        root.put(
                "noise",
                Map.of(
                        "spinMedianOverBest", noise.spinMedian(),
                        "spinWorstOverBest", noise.spinSpread(),
                        "steal", noise.stolen(),
                        "processorsTakenByOthers", noise.foreign(),
                        "loadAverages", noise.loadAverages()));
        root.put("rows", rows.stream().map(this::json).toList());
        root.put("targets", targets());
        root.putAll(findings.json());
        var mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(file, mapper.writeValueAsBytes(root));
    }

    private Map<String, Object> json(Row row) {
        var members = new LinkedHashMap<String, Object>();
        members.put("group", row.label().group());
        members.put("name", row.label().name());
        members.put("subject", row.label().subject());
        members.put("calls", row.calls());
        members.put("errors", row.errors());
        members.put("callsPerSecond", row.callsPerSecond());
        for (double percentile : new double[] {50, 90, 99, 99.9}) {
            members.put("p" + String.valueOf(percentile).replace(".0", "") + "Millis", row.millis(percentile));
        }
        members.put("maxMillis", row.maxMillis());
        members.put("roundMedianMillis", row.medians());
        Table.overBare(row, rows).ifPresent(times -> members.put("timesBare", times));
        members.put("processorMicrosPerCall", row.perCall());
        members.putAll(StreamTable.json(row, rows));
        members.put("generatorLatenessP99Millis", row.latenessMillis(99));
        return members;
    }
}
