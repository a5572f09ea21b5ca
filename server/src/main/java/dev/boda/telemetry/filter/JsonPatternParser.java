package dev.boda.telemetry.filter;

import dev.boda.telemetry.filter.Comparison.Operator;
import dev.boda.telemetry.filter.Condition.Simple;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Parses a filter pattern for JSON events.
final class JsonPatternParser {

    /// Most selectors with a wildcard in a pattern, as on AWS.
    private static final int WILDCARDS = 3;

    private int wildcards;

    private JsonPatternParser() {}

    /// The pattern that stands between the braces.
    static JsonPattern parse(String inside) throws InvalidPatternException {
        var parser = new JsonPatternParser();
        var scanner = new PatternScanner(inside);
        Condition<JsonNode> condition = Condition.take(scanner, parser::condition);
        if (scanner.hasMore()) {
            throw InvalidPatternException.structure();
        }
        return new JsonPattern(condition);
    }

    private Simple<JsonNode> condition(PatternScanner scanner) throws InvalidPatternException {
        JsonSelector selector = JsonSelector.take(scanner);
        if (selector.hasWildcard() && ++wildcards > WILDCARDS) {
            throw InvalidPatternException.structure();
        }
        if (!scanner.hasMore()) {
            throw InvalidPatternException.structure();
        }
        if (scanner.takeKeyword("IS")) {
            return one(selector, is(scanner));
        }
        if (scanner.takeKeyword("NOT")) {
            if (scanner.hasMore() && scanner.takeKeyword("EXISTS")) {
                return event -> selector.of(event).isEmpty();
            }
            throw InvalidPatternException.structure();
        }
        if (scanner.takeKeyword("EXISTS")) {
            return one(selector, _ -> true);
        }
        Comparison comparison = Comparison.take(Operator.take(scanner), scanner);
        return one(selector, node -> holds(comparison, node));
    }

    private static Simple<JsonNode> one(JsonSelector selector, Predicate<JsonNode> wanted) {
        return event -> selector.of(event).stream().anyMatch(wanted);
    }

    private static Predicate<JsonNode> is(PatternScanner scanner) throws InvalidPatternException {
        if (scanner.hasMore()) {
            if (scanner.takeKeyword("NULL")) {
                return JsonNode::isNull;
            }
            if (scanner.takeKeyword("TRUE")) {
                return node -> node.isBoolean() && node.booleanValue();
            }
            if (scanner.takeKeyword("FALSE")) {
                return node -> node.isBoolean() && !node.booleanValue();
            }
        }
        throw InvalidPatternException.structure();
    }

    /// AWS compares strings and numbers; what is another kind of value meets no comparison, `!=` included.
    private static boolean holds(Comparison comparison, JsonNode node) {
        if (node.isNumber()) {
            return comparison.holds(node.asString(), Comparison.number(node.asString()));
        }
        return (node.isString() || node.isBoolean()) && comparison.holds(node.asString(), null);
    }
}
