package dev.boda.telemetry;

import java.util.ArrayList;
import java.util.List;

/// A filter pattern for unstructured log events: terms and quoted phrases that an event must hold, `-` before what it
/// must not hold, `?` before what it may hold one of. Case counts; a term is found within words too.
///
/// Where there are other terms, those with `?` have no effect, as on AWS.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
public record FilterPattern(List<String> all, List<String> any, List<String> none) {

    public FilterPattern {
        all = List.copyOf(all);
        any = List.copyOf(any);
        none = List.copyOf(none);
    }

    /// Why a pattern cannot be used.
    public static final class Refused extends Exception {

        private final boolean unbuilt;

        Refused(String message, boolean unbuilt) {
            super(message);
            this.unbuilt = unbuilt;
        }

        /// Whether AWS would take the pattern, and only Boda does not yet.
        public boolean unbuilt() {
            return unbuilt;
        }
    }

    /// The pattern that `text` is. Empty text matches every event.
    public static FilterPattern parse(String text) throws Refused {
        String pattern = text.strip();
        refuseStructured(pattern, "{", "}", "JSON");
        refuseStructured(pattern, "[", "]", "Space-delimited");
        var all = new ArrayList<String>();
        var any = new ArrayList<String>();
        var none = new ArrayList<String>();
        var terms = new FilterTerms(pattern);
        while (terms.hasNext()) {
            switch (terms.takeSign()) {
                case '?' -> any.add(terms.takeTerm());
                case '-' -> none.add(terms.takeTerm());
                default -> all.add(terms.takeTerm());
            }
        }
        return new FilterPattern(all, any, none);
    }

    private static void refuseStructured(String pattern, String open, String close, String kind) throws Refused {
        if (pattern.startsWith(open)) {
            if (!pattern.endsWith(close)) {
                throw new Refused(
                        "If a filter pattern starts with '" + open + "' it must end with '" + close + "'", false);
            }
            throw new Refused(
                    kind + " filter patterns are not implemented in Boda yet, terms are; see docs/parity.md", true);
        }
    }

    /// Whether an event with this message is wanted.
    public boolean matches(String message) {
        boolean optional = all.isEmpty() && none.isEmpty() && !any.isEmpty();
        return all.stream().allMatch(message::contains)
                && none.stream().noneMatch(message::contains)
                && (!optional || any.stream().anyMatch(message::contains));
    }
}
