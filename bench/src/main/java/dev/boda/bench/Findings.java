package dev.boda.bench;

import dev.boda.bench.Targets.Target;
import java.util.List;
import java.util.Map;

/// What a set finds beside its rows.
///
/// @param lines for people
/// @param json  for programs, by name
record Findings(List<Row> rows, List<String> lines, List<Target> targets, Map<String, Object> json) {

    static final Findings NONE = new Findings(List.of(), List.of(), List.of(), Map.of());
}
