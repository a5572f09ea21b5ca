package dev.boda.telemetry.filter;

import dev.boda.telemetry.filter.TermPattern.Term;
import java.util.ArrayList;

/// Parses a filter pattern of terms.
final class TermPatternParser {

    private TermPatternParser() {}

    static TermPattern parse(String pattern) throws InvalidPatternException {
        var all = new ArrayList<Term>();
        var any = new ArrayList<Term>();
        var none = new ArrayList<Term>();
        var scanner = new PatternScanner(pattern);
        while (scanner.hasMore()) {
            switch (scanner.peek()) {
                case '?' -> any.add(signed(scanner));
                case '-' -> none.add(signed(scanner));
                default -> all.add(term(scanner));
            }
        }
        return new TermPattern(all, any, none);
    }

    private static Term signed(PatternScanner scanner) throws InvalidPatternException {
        char sign = scanner.take();
        if (scanner.peek() == 0 || scanner.atWhitespace()) {
            throw InvalidPatternException.character(String.valueOf(sign));
        }
        return term(scanner);
    }

    private static Term term(PatternScanner scanner) throws InvalidPatternException {
        return switch (scanner.peek()) {
            case '"' -> phrase(scanner);
            case '%' -> scanner.takeRegex()::isIn;
            default -> word(scanner);
        };
    }

    private static Term phrase(PatternScanner scanner) throws InvalidPatternException {
        String phrase = scanner.takeBetween(false);
        if (phrase.isEmpty()) {
            throw InvalidPatternException.character("\"\"");
        }
        return message -> message.contains(phrase);
    }

    private static Term word(PatternScanner scanner) throws InvalidPatternException {
        String word = scanner.takeWord(TermPatternParser::isOfWord);
        if (scanner.peek() != 0 && !scanner.atWhitespace()) {
            throw InvalidPatternException.character(String.valueOf(scanner.peek()));
        }
        return message -> message.contains(word);
    }

    /// AWS asks for quotes around everything but letters, digits and `_`; `.` and `-` within a word are taken too.
    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-' || Character.isSurrogate(c);
    }
}
