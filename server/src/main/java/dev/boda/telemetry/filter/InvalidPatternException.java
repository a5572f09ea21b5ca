package dev.boda.telemetry.filter;

/// A text is no filter pattern; the message says why, in AWS's words where they are known.
public final class InvalidPatternException extends Exception {

    InvalidPatternException(String message) {
        super(message);
    }

    static InvalidPatternException character(String characters) {
        return new InvalidPatternException("Invalid character(s) in term '" + characters + "'");
    }

    /// Of a pattern for JSON or for fields.
    static InvalidPatternException structure() {
        return new InvalidPatternException("Invalid filter pattern");
    }
}
