package dev.boda.telemetry.filter;

/// A text is no filter pattern; the message says why, in AWS's words where they are known.
public final class InvalidPatternException extends Exception {

    private static final char ASCII_END = 0x7f;

    InvalidPatternException(String message) {
        super(message);
    }

    static InvalidPatternException character(String characters) {
        return new InvalidPatternException("Invalid character(s) in term '" + characters + "'");
    }

    /// Of a character that has no place in a regular expression, or only behind a backslash.
    static InvalidPatternException inRegex(char c) {
        return new InvalidPatternException(
                "Invalid character(s) in term '" + c + "': a regular expression may not hold '" + c + "'"
                        + (c < ASCII_END ? " without a \\ before it" : ""));
    }

    /// Of a pattern for JSON or for fields. Quoted of FilterLogEvents in
    /// <https://github.com/aws/aws-toolkit-jetbrains/issues/3219> and
    /// <https://github.com/mapbox/ecs-watchbot/issues/350>; which patterns those were is not said there.
    static InvalidPatternException structure() {
        return new InvalidPatternException("Invalid filter pattern");
    }
}
