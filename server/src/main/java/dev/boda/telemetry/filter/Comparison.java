package dev.boda.telemetry.filter;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An operator and what stands behind it: a number, a text that may begin or end with `*`, or a regular expression.
final class Comparison {

    /// The comparing operators.
    enum Operator {
        EQUAL,
        UNEQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        /// Takes the operator that comes next.
        static Operator take(PatternScanner scanner) throws InvalidPatternException {
            if (scanner.take("!=") || scanner.take("=!")) {
                return UNEQUAL;
            }
            if (scanner.take("<=")) {
                return LESS_OR_EQUAL;
            }
            if (scanner.take(">=")) {
                return GREATER_OR_EQUAL;
            }
            if (scanner.take("=")) {
                return EQUAL;
            }
            if (scanner.take("<")) {
                return LESS;
            }
            if (scanner.take(">")) {
                return GREATER;
            }
            throw InvalidPatternException.structure();
        }

        private boolean isOfOrder() {
            return this != EQUAL && this != UNEQUAL;
        }

        private boolean holds(int order) {
            return switch (this) {
                case EQUAL -> order == 0;
                case UNEQUAL -> order != 0;
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        }
    }

    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d{1,3})?");

    /// A longer number is a text.
    private static final int LONGEST_NUMBER = 100;

    private final Operator operator;
    private final @Nullable Regex regex;
    private final String text;
    private final @Nullable BigDecimal number;
    private final boolean open;
    private final boolean openEnded;

    private Comparison(Operator operator, String text, boolean quoted) {
        this.operator = operator;
        this.regex = null;
        this.number = quoted ? null : number(text);
        this.open = text.startsWith("*");
        this.openEnded = text.length() > 1 && text.endsWith("*");
        this.text = text.substring(open ? 1 : 0, text.length() - (openEnded ? 1 : 0));
    }

    private Comparison(Operator operator, Regex regex) {
        this.operator = operator;
        this.regex = regex;
        this.text = "";
        this.number = null;
        this.open = false;
        this.openEnded = false;
    }

    /// Takes the value that comes next.
    static Comparison take(Operator operator, PatternScanner scanner) throws InvalidPatternException {
        if (!scanner.hasMore()) {
            throw InvalidPatternException.structure();
        }
        Comparison comparison = switch (scanner.peek()) {
            case '%' -> new Comparison(operator, scanner.takeRegex());
            case '"' -> new Comparison(operator, scanner.takeBetween(false), true);
            default -> new Comparison(operator, bare(scanner), false);
        };
        if (operator.isOfOrder() && comparison.number == null) {
            throw InvalidPatternException.structure();
        }
        return comparison;
    }

    private static String bare(PatternScanner scanner) throws InvalidPatternException {
        String word = scanner.takeWord(Comparison::isOfValue);
        if (word.isEmpty()) {
            throw InvalidPatternException.structure();
        }
        return word;
    }

    /// What a value without quotes may have.
    private static boolean isOfValue(char c) {
        return (c < 128 && Character.isLetterOrDigit(c)) || "*._-+:/#;'~^".indexOf(c) >= 0;
    }

    /// The number that a text is; null if it is none.
    static @Nullable BigDecimal number(String text) {
        return text.length() <= LONGEST_NUMBER && NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
    }

    /// Whether it holds for a value.
    ///
    /// @param its the value as a number, if it is one
    boolean holds(String value, @Nullable BigDecimal its) {
        if (number != null && its != null) {
            return operator.holds(its.compareTo(number));
        }
        if (operator.isOfOrder()) {
            return false;
        }
        boolean equal = regex == null ? isLike(value) : regex.isIn(value);
        return equal == (operator == Operator.EQUAL);
    }

    private boolean isLike(String value) {
        if (open && openEnded) {
            return value.contains(text);
        }
        if (open) {
            return value.endsWith(text);
        }
        return openEnded ? value.startsWith(text) : value.equals(text);
    }
}
