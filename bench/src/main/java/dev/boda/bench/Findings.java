package dev.boda.bench;

import dev.boda.bench.Targets.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What a set finds beside its rows.
///
/// @param lines for people
/// @param json  for programs, by name
record Findings(List<Row> rows, List<String> lines, List<Target> targets, Map<String, Object> json) {

    static final Findings NONE = new Findings(List.of(), List.of(), List.of(), Map.of());

    /// These and others, which go by other names.
    Findings and(Findings others) {
        var members = new LinkedHashMap<>(json);
        members.putAll(others.json);
        return new Findings(
                joined(rows, others.rows), joined(lines, others.lines), joined(targets, others.targets), members);
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
