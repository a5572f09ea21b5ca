package dev.boda.bench;

import dev.boda.bench.ServerParts.Part;
import dev.boda.bench.Targets.Target;
import dev.boda.bench.subject.Recording;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// Where the server's processor time goes under each of several loads.
final class Profile {

    private static final double MOST_FOR_LOGS = 0.15;

    /// A load, what it met, and where the time went.
    record Run(Row row, ServerParts parts) {}

    private final List<Run> runs = new ArrayList<>();

    private Profile() {}

    /// Runs each load once to warm up and once recorded.
    static Profile of(List<Experiment> loads, Duration time, Consumer<String> progress, long pid)
            throws IOException, InterruptedException {
        var profile = new Profile();
        for (var load : loads) {
            progress.accept("recording: " + load.label().name());
            load.warmUp(time);
            try (var recording = Recording.start(pid)) {
                var row = new Row(load.label());
                row.add(load.run(time));
                profile.runs.add(new Run(row, ServerParts.of(recording.stop())));
            }
        }
        return profile;
    }

    List<Row> rows() {
        return runs.stream().map(Run::row).toList();
    }

    /// A table of microseconds a call.
    List<String> lines() {
        var cells = new ArrayList<List<String>>();
        cells.add(line(
                "server, µs of processor time a call",
                "",
                run -> run.row().label().name()));
        for (var part : Part.values()) {
            cells.add(line(part.title(), "", run -> micros(run, run.parts().share(part))));
        }
        cells.add(line("all", "", run -> micros(run, 1)));
        cells.add(line(
                "of it logging, at any depth", "", run -> percent(run.parts().loggingShare())));
        cells.add(line("samples", "", run -> Long.toString(run.parts().all())));
        var lines = new ArrayList<String>();
        lines.add("");
        lines.addAll(Table.aligned(cells));
        lines.add("");
        lines.addAll("""
                A sample of a thread's stack every 10 ms of its processor time; it counts for the innermost of Boda's
                packages on it. The garbage collector and the compilers are in no sample: their time is spread over
                the parts.""".lines().toList());
        return lines;
    }

    private List<String> line(String title, String second, java.util.function.Function<Run, String> cell) {
        var line = new ArrayList<>(List.of(title, second));
        runs.forEach(run -> line.add(cell.apply(run)));
        return line;
    }

    private static String micros(Run run, double share) {
        return String.format(Locale.ROOT, "%.1f", share * run.row().perCall().server());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    /// What logging may take, at the highest call rate of all.
    Target logging() {
        var busiest = runs.stream()
                .max(java.util.Comparator.comparingDouble(run -> run.row().callsPerSecond()))
                .orElseThrow();
        double share = busiest.parts().loggingShare();
        return new Target(
                "at the highest call rate logging takes at most 15 % of the server's processor time",
                String.format(
                        Locale.ROOT,
                        "%s, and %s with the reading of the memory that REPORT names, at %,.0f calls/s (%s)",
                        percent(share),
                        percent(share + busiest.parts().share(Part.MEMORY)),
                        busiest.row().callsPerSecond(),
                        busiest.row().label().name()),
                share <= MOST_FOR_LOGS);
    }

    List<Map<String, Object>> json() {
        return runs.stream()
                .map(run -> {
                    var members = new LinkedHashMap<String, Object>();
                    members.put("name", run.row().label().name());
                    members.put("callsPerSecond", run.row().callsPerSecond());
                    members.put("serverMicrosPerCall", run.row().perCall().server());
                    members.put("samples", run.parts().all());
                    members.put("loggingShare", run.parts().loggingShare());
                    for (var part : Part.values()) {
                        members.put("share of " + part.title(), run.parts().share(part));
                    }
                    return (Map<String, Object>) members;
                })
                .toList();
    }
}
