package dev.boda.telemetry.filter;

import java.util.ArrayList;
import java.util.List;

/// Conditions joined by `&&`, `||` and parentheses, over what one event has.
///
/// @param <T> what the event was read as
sealed interface Condition<T> {

    boolean holds(T event);

    /// All hold.
    record All<T>(List<Condition<T>> conditions) implements Condition<T> {
        @Override
        public boolean holds(T event) {
            return conditions.stream().allMatch(condition -> condition.holds(event));
        }
    }

    /// One holds.
    record Any<T>(List<Condition<T>> conditions) implements Condition<T> {
        @Override
        public boolean holds(T event) {
            return conditions.stream().anyMatch(condition -> condition.holds(event));
        }
    }

    /// A condition that is not made of others.
    non-sealed interface Simple<T> extends Condition<T> {}

    /// Parses a simple condition.
    @FunctionalInterface
    interface SimpleParser<T> {
        Simple<T> take(PatternScanner scanner) throws InvalidPatternException;
    }

    /// Takes conditions as far as they go; `&&` binds closer than `||`.
    static <T> Condition<T> take(PatternScanner scanner, SimpleParser<T> simple) throws InvalidPatternException {
        List<Condition<T>> any = new ArrayList<>();
        do {
            any.add(takeAll(scanner, simple));
        } while (scanner.hasMore() && scanner.take("||"));
        return any.size() == 1 ? any.getFirst() : new Any<>(List.copyOf(any));
    }

    private static <T> Condition<T> takeAll(PatternScanner scanner, SimpleParser<T> simple)
            throws InvalidPatternException {
        List<Condition<T>> all = new ArrayList<>();
        do {
            all.add(takeOne(scanner, simple));
        } while (scanner.hasMore() && scanner.take("&&"));
        return all.size() == 1 ? all.getFirst() : new All<>(List.copyOf(all));
    }

    private static <T> Condition<T> takeOne(PatternScanner scanner, SimpleParser<T> simple)
            throws InvalidPatternException {
        if (!scanner.hasMore()) {
            throw InvalidPatternException.structure();
        }
        if (!scanner.take("(")) {
            return simple.take(scanner);
        }
        Condition<T> inner = take(scanner, simple);
        if (!scanner.hasMore() || !scanner.take(")")) {
            throw InvalidPatternException.structure();
        }
        return inner;
    }
}
