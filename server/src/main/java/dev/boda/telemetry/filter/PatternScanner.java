package dev.boda.telemetry.filter;

/// Reads a filter pattern from its beginning to its end: quoted phrases, regular expressions, words.
final class PatternScanner {

    /// Most regular expressions in a pattern, as on AWS.
    private static final int REGEXES = 2;

    private final String text;
    private int at;
    private int regexes;

    PatternScanner(String text) {
        this.text = text;
    }

    /// Whether there is more, beyond white space.
    boolean hasMore() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length();
    }

    /// The next character, or 0 behind the last.
    char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    boolean atWhitespace() {
        return at < text.length() && Character.isWhitespace(text.charAt(at));
    }

    char take() {
        return text.charAt(at++);
    }

    /// Takes `wanted` if it comes next.
    boolean take(String wanted) {
        if (!text.startsWith(wanted, at)) {
            return false;
        }
        at += wanted.length();
        return true;
    }

    /// Takes `keyword`, in capital letters or small ones, if it comes next as a whole word.
    boolean takeKeyword(String keyword) {
        int end = at + keyword.length();
        boolean comes = text.regionMatches(true, at, keyword, 0, keyword.length())
                && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
        at = comes ? end : at;
        return comes;
    }

    /// Which characters a word may have.
    @FunctionalInterface
    interface Letters {
        boolean has(char c);
    }

    /// Takes as many characters as are `letters`; perhaps none.
    String takeWord(Letters letters) {
        int begin = at;
        while (at < text.length() && letters.has(text.charAt(at))) {
            at++;
        }
        return text.substring(begin, at);
    }

    /// Takes what stands between two of the character that comes next. A backslash before it, or before another
    /// backslash, makes it an ordinary one.
    ///
    /// @param keepEscapes leave other backslashes, and those before backslashes, where they are
    String takeBetween(boolean keepEscapes) throws InvalidPatternException {
        char limit = take();
        var between = new StringBuilder();
        while (at < text.length()) {
            char next = take();
            if (next == limit) {
                return between.toString();
            }
            if (next == '\\' && at < text.length() && (text.charAt(at) == limit || text.charAt(at) == '\\')) {
                if (keepEscapes) {
                    between.append(next);
                }
                next = take();
            }
            between.append(next);
        }
        throw InvalidPatternException.character(String.valueOf(limit));
    }

    /// Takes the regular expression that begins with the percent sign that comes next.
    Regex takeRegex() throws InvalidPatternException {
        if (++regexes > REGEXES) {
            throw new InvalidPatternException("A filter pattern can have at most " + REGEXES + " regular expressions");
        }
        return Regex.parse(takeBetween(true));
    }
}
