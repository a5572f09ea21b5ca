package dev.boda.telemetry.filter;

import dev.boda.telemetry.filter.Comparison.Operator;
import dev.boda.telemetry.filter.Condition.Simple;
import dev.boda.telemetry.filter.FieldsPattern.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Parses a filter pattern for events of fields between spaces.
final class FieldsPatternParser {

    private final PatternScanner scanner;
    private final List<Condition<Fields>> slots = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private int ellipsis = -1;

    private FieldsPatternParser(PatternScanner scanner) {
        this.scanner = scanner;
    }

    /// The pattern that stands between the brackets.
    static FieldsPattern parse(String inside) throws InvalidPatternException {
        var parser = new FieldsPatternParser(new PatternScanner(inside));
        do {
            parser.takeSlot();
        } while (parser.scanner.take(","));
        if (parser.scanner.hasMore()) {
            throw InvalidPatternException.structure();
        }
        boolean open = parser.ellipsis >= 0;
        int before = open ? parser.ellipsis : parser.slots.size();
        return new FieldsPattern(
                parser.slots.subList(0, before), open, parser.slots.subList(before, parser.slots.size()));
    }

    private void takeSlot() throws InvalidPatternException {
        boolean named = scanner.hasMore() && scanner.peek() != ',';
        if (named && scanner.take("...")) {
            if (ellipsis >= 0) {
                throw InvalidPatternException.structure();
            }
            ellipsis = slots.size();
        } else if (named) {
            int slot = slots.size();
            slots.add(Condition.take(scanner, in -> condition(in, slot)));
        } else {
            slots.add((Simple<Fields>) _ -> true);
        }
        boolean _ = scanner.hasMore();
    }

    /// A name alone asks nothing. The first one names the slot; another slot's means that slot's field.
    private Simple<Fields> condition(PatternScanner in, int slot) throws InvalidPatternException {
        String name = in.takeWord(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-');
        if (name.isEmpty()) {
            throw InvalidPatternException.structure();
        }
        int meant = names.computeIfAbsent(name, _ -> slot);
        if (!in.hasMore() || in.peek() == ',') {
            return _ -> true;
        }
        Comparison comparison = Comparison.take(Operator.take(in), in);
        return fields -> {
            String field = fields.of(meant);
            return comparison.holds(field, Comparison.number(field));
        };
    }
}
