package dev.boda.bench;

import dev.boda.bench.subject.IdleEnvironments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// What the set `limits` finds beside its rows.
final class LimitsFindings {

    /// Parts of the memory that all environments of the trace would take.
    private static final List<Double> MEMORY = List.of(0.1, 0.2, 0.3, 0.5);

    private LimitsFindings() {}

    static Findings find(Bench bench, Consumer<String> progress) throws IOException, InterruptedException {
        var idle = new ArrayList<IdleEnvironments>();
        var lines = new ArrayList<>(List.of(""));
        for (var runtime : bench.languages().all()) {
            progress.accept("idle environments of " + runtime.id());
            var found = IdleEnvironments.of(bench.boda(), bench.functions(), runtime.id());
            idle.add(found);
            lines.add(found.sentence());
        }
        progress.accept("the trace");
        var trace = trace(lines);
        return new Findings(List.of(), lines, List.of(), Map.of("idleEnvironments", idle, "zipfTrace", trace));
    }

    /// Nothing is measured here: it is computed, and the same on every machine.
    private static Map<String, Object> trace(List<String> lines) {
        var json = new LinkedHashMap<String, Object>();
        var trace = new RetirementTrace();
        lines.add("");
        lines.add(
                "Simulated: 1,000 functions called as by Zipf for 12 hours; of the calls so many found no environment");
        for (double part : MEMORY) {
            var fixed = trace.run(RetirementTrace.Rule.TEN_MINUTES, part);
            var own = trace.run(RetirementTrace.Rule.BODA, part);
            lines.add(String.format(
                    Locale.ROOT,
                    "  in memory for %2.0f %% of their environments: %.1f %%, with ten minutes for each %.1f %%; waited for"
                            + " Init %,.0f s, with ten minutes %,.0f s",
                    100 * part,
                    100 * own.coldShare(),
                    100 * fixed.coldShare(),
                    own.waitedSeconds(),
                    fixed.waitedSeconds()));
            json.put(Double.toString(part), Map.of("boda", own, "tenMinutes", fixed));
        }
        return json;
    }
}
