package dev.boda.function;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The statements of a resource-based policy, in the order in which they were added.
/// <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>
public record ResourcePolicy(List<Statement> statements) {

    public static final ResourcePolicy NONE = new ResourcePolicy(List.of());

    public ResourcePolicy {
        statements = List.copyOf(statements);
    }

    /// One permission.
    ///
    /// @param sid       tells it apart from the others
    /// @param principal `{"Service": "s3.amazonaws.com"}`, `{"AWS": "arn:…"}`, or `*` as an empty map
    /// @param condition operator → key → value
    public record Statement(
            String sid,
            String action,
            Map<String, String> principal,
            String resource,
            Map<String, Map<String, String>> condition) {

        public Statement {
            principal = new LinkedHashMap<>(Objects.requireNonNullElse(principal, Map.of()));
            condition = new LinkedHashMap<>(Objects.requireNonNullElse(condition, Map.of()));
        }
    }

    /// Whether nobody is named in it.
    public boolean none() {
        return statements.isEmpty();
    }

    public Optional<Statement> find(String sid) {
        return statements.stream().filter(each -> each.sid().equals(sid)).findFirst();
    }

    public ResourcePolicy with(Statement added) {
        var all = new ArrayList<>(statements);
        all.add(added);
        return new ResourcePolicy(all);
    }

    public ResourcePolicy without(String sid) {
        return new ResourcePolicy(
                statements.stream().filter(each -> !each.sid().equals(sid)).toList());
    }
}
