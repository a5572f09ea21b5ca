package dev.boda.telemetry.filter;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Where in a JSON event a value is: `$.users[0].name`. `*` stands for any member or element.
///
/// @param steps names of members, places in arrays, or wildcards, from the outside in
record JsonSelector(List<Step> steps) {

    private static final int LONGEST_INDEX = 9;

    JsonSelector {
        steps = List.copyOf(steps);
    }

    /// One step into the event.
    sealed interface Step {

        /// A member of an object.
        record Member(String name) implements Step {}

        /// An element of an array.
        record Element(int index) implements Step {}

        /// Every member or element.
        record Every() implements Step {}
    }

    /// Takes the selector that comes next.
    static JsonSelector take(PatternScanner scanner) throws InvalidPatternException {
        if (!scanner.take("$")) {
            throw InvalidPatternException.structure();
        }
        var steps = new ArrayList<Step>();
        while (true) {
            if (scanner.take("[")) {
                steps.add(bracket(scanner));
            } else if (scanner.take(".")) {
                steps.add(scanner.take("[") ? bracket(scanner) : member(scanner));
            } else {
                break;
            }
        }
        if (steps.isEmpty()
                || steps.stream().filter(Step.Every.class::isInstance).count() > 1) {
            throw InvalidPatternException.structure();
        }
        return new JsonSelector(steps);
    }

    boolean hasWildcard() {
        return steps.stream().anyMatch(Step.Every.class::isInstance);
    }

    private static Step member(PatternScanner scanner) throws InvalidPatternException {
        if (scanner.take("*")) {
            return new Step.Every();
        }
        String name = scanner.takeWord(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-');
        if (name.isEmpty()) {
            throw InvalidPatternException.structure();
        }
        return new Step.Member(name);
    }

    private static Step bracket(PatternScanner scanner) throws InvalidPatternException {
        Step step = inBrackets(scanner);
        if (!scanner.take("]")) {
            throw InvalidPatternException.structure();
        }
        return step;
    }

    private static Step inBrackets(PatternScanner scanner) throws InvalidPatternException {
        if (scanner.take("*")) {
            return new Step.Every();
        }
        if (scanner.peek() == '\'' || scanner.peek() == '"') {
            return new Step.Member(scanner.takeBetween(false));
        }
        String index = scanner.takeWord(c -> c >= '0' && c <= '9');
        if (index.isEmpty() || index.length() > LONGEST_INDEX) {
            throw InvalidPatternException.structure();
        }
        return new Step.Element(Integer.parseInt(index));
    }

    /// What the event has there; several values where a wildcard is among the steps.
    List<JsonNode> of(JsonNode event) {
        List<JsonNode> found = List.of(event);
        for (Step step : steps) {
            var next = new ArrayList<JsonNode>();
            for (JsonNode node : found) {
                switch (step) {
                    case Step.Member(var name) when node.isObject() && node.has(name) -> next.add(node.get(name));
                    case Step.Element(int index) when node.isArray() && node.has(index) -> next.add(node.get(index));
                    case Step.Every() when node.isContainer() -> next.addAll(node.values());
                    case Step.Member _, Step.Element _, Step.Every _ -> {}
                }
            }
            found = next;
        }
        return found;
    }
}
