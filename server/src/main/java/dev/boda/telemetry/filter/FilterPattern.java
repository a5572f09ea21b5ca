package dev.boda.telemetry.filter;

/// Which log events are wanted.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
///
/// One thread's: a pattern learns while it matches.
public sealed interface FilterPattern permits TermPattern, JsonPattern, FieldsPattern {

    /// Whether an event with this message is wanted.
    boolean matches(String message);

    /// The pattern that `text` is. Empty text matches every event.
    static FilterPattern parse(String text) throws InvalidPatternException {
        String pattern = text.strip();
        if (pattern.startsWith("{")) {
            return JsonPatternParser.parse(inside(pattern, "{", "}"));
        }
        if (pattern.startsWith("[")) {
            return FieldsPatternParser.parse(inside(pattern, "[", "]"));
        }
        return TermPatternParser.parse(pattern);
    }

    /// The sentence is quoted of braces in <https://github.com/jorgebastida/awslogs/issues/210>.
    private static String inside(String pattern, String open, String close) throws InvalidPatternException {
        if (!pattern.endsWith(close)) {
            throw new InvalidPatternException(
                    "If a filter pattern starts with '" + open + "' it must end with '" + close + "'");
        }
        return pattern.substring(1, pattern.length() - 1);
    }
}
