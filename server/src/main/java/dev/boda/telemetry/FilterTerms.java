package dev.boda.telemetry;

import dev.boda.telemetry.FilterPattern.Refused;

/// The terms of a filter pattern, one after the other.
final class FilterTerms {

    private final String pattern;
    private int at;

    FilterTerms(String pattern) {
        this.pattern = pattern;
    }

    boolean hasNext() {
        while (at < pattern.length() && Character.isWhitespace(pattern.charAt(at))) {
            at++;
        }
        return at < pattern.length();
    }

    /// `?` or `-` before a term; a space if there is none.
    char takeSign() {
        char sign = pattern.charAt(at);
        if (sign != '?' && sign != '-') {
            return ' ';
        }
        at++;
        return sign;
    }

    String takeTerm() throws Refused {
        if (at == pattern.length() || Character.isWhitespace(pattern.charAt(at))) {
            throw invalid(pattern.substring(at - 1, at));
        }
        return switch (pattern.charAt(at)) {
            case '"' -> takePhrase();
            case '%' ->
                throw new Refused(
                        "Regular expressions in filter patterns are not implemented in Boda yet, terms are; see"
                                + " docs/parity.md",
                        true);
            default -> takeWord();
        };
    }

    private String takePhrase() throws Refused {
        int begin = at++;
        var phrase = new StringBuilder();
        while (at < pattern.length()) {
            char next = pattern.charAt(at++);
            if (next == '"') {
                if (phrase.isEmpty()) {
                    throw invalid("\"\"");
                }
                return phrase.toString();
            }
            boolean escape = next == '\\' && at < pattern.length() && "\"\\".indexOf(pattern.charAt(at)) >= 0;
            phrase.append(escape ? pattern.charAt(at++) : next);
        }
        throw invalid(pattern.substring(begin, begin + 1));
    }

    private String takeWord() throws Refused {
        int begin = at;
        while (at < pattern.length() && !Character.isWhitespace(pattern.charAt(at))) {
            if (!isOfWord(pattern.charAt(at))) {
                throw invalid(pattern.substring(at, at + 1));
            }
            at++;
        }
        return pattern.substring(begin, at);
    }

    /// AWS asks for quotes around everything but letters, digits and `_`; `.` and `-` within a word are taken too.
    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-' || Character.isSurrogate(c);
    }

    private static Refused invalid(String characters) {
        return new Refused("Invalid character(s) in term '" + characters + "'", false);
    }
}
