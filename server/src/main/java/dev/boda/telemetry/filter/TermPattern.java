package dev.boda.telemetry.filter;

import java.util.List;

/// Terms, quoted phrases and regular expressions that an event must hold, `-` before what it must not hold, `?` before
/// what it may hold one of. Case counts; a term is found within words too.
///
/// Where there are other terms, those with `?` have no effect, as on AWS.
record TermPattern(List<Term> all, List<Term> any, List<Term> none) implements FilterPattern {

    TermPattern {
        all = List.copyOf(all);
        any = List.copyOf(any);
        none = List.copyOf(none);
    }

    /// One of them.
    @FunctionalInterface
    interface Term {
        boolean isIn(String message);
    }

    @Override
    public boolean matches(String message) {
        boolean optional = all.isEmpty() && none.isEmpty() && !any.isEmpty();
        return all.stream().allMatch(term -> term.isIn(message))
                && none.stream().noneMatch(term -> term.isIn(message))
                && (!optional || any.stream().anyMatch(term -> term.isIn(message)));
    }
}
