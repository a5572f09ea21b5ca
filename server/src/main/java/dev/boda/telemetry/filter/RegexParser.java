package dev.boda.telemetry.filter;

import dev.boda.telemetry.filter.Regex.Place;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Parses a regular expression: letters, digits, some symbols, and the operators `^ $ ? [ ] { } | \ * + .`
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html>
final class RegexParser {

    private static final String SYMBOLS = " _#=@/;,:-";
    private static final String QUANTIFIERS = "?*+{";

    /// Most places of all alternatives together, with repetitions written out.
    private static final int PLACES = 1_000;

    private static final int UNBOUNDED = Integer.MAX_VALUE;
    private static final int HEXADECIMAL = 16;

    private final String text;
    private final List<Place> places = new ArrayList<>();
    private int at;

    private RegexParser(String text) {
        this.text = text;
    }

    static List<Place> parse(String text) throws InvalidPatternException {
        var parser = new RegexParser(text);
        if (text.isEmpty()) {
            throw InvalidPatternException.character("%%");
        }
        do {
            parser.alternative();
        } while (parser.take('|'));
        return parser.places;
    }

    private boolean take(char wanted) {
        boolean comes = at < text.length() && text.charAt(at) == wanted;
        at += comes ? 1 : 0;
        return comes;
    }

    private void alternative() throws InvalidPatternException {
        int first = places.size();
        boolean anchored = take('^');
        while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != '$') {
            BitSet accepts = atom();
            quantified(accepts);
        }
        boolean anchoredEnd = take('$');
        if (anchoredEnd && at < text.length() && text.charAt(at) != '|') {
            throw InvalidPatternException.character("$");
        }
        places.add(new Place(new BitSet(), false, false, false, anchoredEnd, true));
        Place begin = places.get(first);
        // An alternative without characters begins where it ends.
        boolean both = begin.last() ? anchoredEnd : anchored;
        places.set(first, new Place(begin.accepts(), begin.optional(), begin.repeats(), true, both, begin.last()));
    }

    private void quantified(BitSet accepts) throws InvalidPatternException {
        int least = 1;
        int most = 1;
        if (take('?')) {
            least = 0;
        } else if (take('*')) {
            least = 0;
            most = UNBOUNDED;
        } else if (take('+')) {
            most = UNBOUNDED;
        } else if (take('{')) {
            int close = text.indexOf('}', at);
            String[] ends =
                    close < 0 ? new String[0] : text.substring(at, close).split(",", -1);
            if (ends.length == 0 || ends.length > 2) {
                throw InvalidPatternException.character("{");
            }
            least = ends[0].isBlank() ? 0 : number(ends[0]);
            most = ends.length == 1 ? least : ends[1].isBlank() ? UNBOUNDED : number(ends[1]);
            at = close + 1;
        }
        if (least > most || (at < text.length() && QUANTIFIERS.indexOf(text.charAt(at)) >= 0)) {
            throw InvalidPatternException.character(String.valueOf(text.charAt(at - 1)));
        }
        repeat(accepts, least, most);
    }

    private static int number(String digits) throws InvalidPatternException {
        if (!digits.strip().matches("\\d{1,4}")) {
            throw InvalidPatternException.character("{");
        }
        return Integer.parseInt(digits.strip());
    }

    private void repeat(BitSet accepts, int least, int most) throws InvalidPatternException {
        for (int i = 0; i < least; i++) {
            boolean repeats = most == UNBOUNDED && i == least - 1;
            place(new Place(accepts, false, repeats, false, false, false));
        }
        if (most == UNBOUNDED && least == 0) {
            place(new Place(accepts, true, true, false, false, false));
        }
        for (int i = least; most != UNBOUNDED && i < most; i++) {
            place(new Place(accepts, true, false, false, false, false));
        }
    }

    private void place(Place place) throws InvalidPatternException {
        if (places.size() >= PLACES) {
            throw new InvalidPatternException("The regular expression is too large");
        }
        places.add(place);
    }

    private BitSet atom() throws InvalidPatternException {
        char c = text.charAt(at++);
        return switch (c) {
            case '.' -> all();
            case '[' -> characterClass();
            case '\\' -> escaped();
            default -> {
                if (!isAlphanumeric(c) && SYMBOLS.indexOf(c) < 0) {
                    throw InvalidPatternException.inRegex(c);
                }
                yield single(c);
            }
        };
    }

    private BitSet characterClass() throws InvalidPatternException {
        boolean negated = take('^');
        var accepts = new BitSet();
        boolean first = true;
        while (at < text.length() && (first || text.charAt(at) != ']')) {
            first = false;
            char from = text.charAt(at++);
            BitSet part = from == '\\' ? escaped() : single(ascii(from));
            boolean range = part.cardinality() == 1
                    && at + 1 < text.length()
                    && text.charAt(at) == '-'
                    && text.charAt(at + 1) != ']';
            if (range) {
                at++;
                char to = text.charAt(at++);
                BitSet end = to == '\\' ? escaped() : single(ascii(to));
                if (end.cardinality() != 1 || end.nextSetBit(0) < part.nextSetBit(0)) {
                    throw InvalidPatternException.character("[");
                }
                part.set(part.nextSetBit(0), end.nextSetBit(0) + 1);
            }
            accepts.or(part);
        }
        if (!take(']')) {
            throw InvalidPatternException.character("[");
        }
        if (negated) {
            accepts.flip(0, Regex.KINDS);
        }
        return accepts;
    }

    private static char ascii(char c) throws InvalidPatternException {
        if (c >= Regex.KINDS - 1) {
            throw InvalidPatternException.character(String.valueOf(c));
        }
        return c;
    }

    private BitSet escaped() throws InvalidPatternException {
        if (at == text.length()) {
            throw InvalidPatternException.character("\\");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case 'd' -> digits();
            case 'D' -> not(digits());
            case 's' -> spaces();
            case 'S' -> not(spaces());
            case 'w' -> letters();
            case 'W' -> not(letters());
            case 'x' -> hexadecimal();
            default -> {
                if (isAlphanumeric(c)) {
                    throw InvalidPatternException.character("\\" + c);
                }
                yield single(ascii(c));
            }
        };
    }

    private BitSet hexadecimal() throws InvalidPatternException {
        String digits = text.substring(at, Math.min(at + 2, text.length()));
        if (!digits.matches("[0-7][0-9a-fA-F]")) {
            throw InvalidPatternException.character("\\x");
        }
        at += 2;
        return single((char) Integer.parseInt(digits, HEXADECIMAL));
    }

    private static boolean isAlphanumeric(char c) {
        return letters().get(c) && c != '_';
    }

    private static BitSet single(char c) {
        var kinds = new BitSet();
        kinds.set(c);
        return kinds;
    }

    private static BitSet all() {
        return not(new BitSet());
    }

    private static BitSet not(BitSet kinds) {
        kinds.flip(0, Regex.KINDS);
        return kinds;
    }

    private static BitSet digits() {
        var kinds = new BitSet();
        kinds.set('0', '9' + 1);
        return kinds;
    }

    private static BitSet spaces() {
        var kinds = new BitSet();
        " \t\n\u000b\f\r".chars().forEach(kinds::set);
        return kinds;
    }

    private static BitSet letters() {
        BitSet kinds = digits();
        kinds.set('a', 'z' + 1);
        kinds.set('A', 'Z' + 1);
        kinds.set('_');
        return kinds;
    }
}
