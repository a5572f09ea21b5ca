package dev.boda.aws;

/// Text of a client that is to stand in a line of a log: it can neither end the line nor look like another part of it.
final class OneLine {

    private static final int LONGEST_WORD = 200;
    private static final int LONGEST_SENTENCE = 2_000;

    private OneLine() {}

    /// One word of printable ASCII; a hyphen if there is none.
    static String word(String text) {
        if (text.isEmpty()) {
            return "-";
        }
        var word = new StringBuilder();
        text.chars().limit(LONGEST_WORD).forEach(c -> word.append(c > ' ' && c < 0x7f ? (char) c : '?'));
        return word.toString();
    }

    /// Without control characters, line ends of other scripts included.
    static String sentence(String text) {
        var sentence = new StringBuilder();
        text.codePoints().limit(LONGEST_SENTENCE).forEach(c -> sentence.appendCodePoint(isPlain(c) ? c : '?'));
        return sentence.toString();
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
