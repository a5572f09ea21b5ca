package dev.boda.function;

import java.util.Optional;

/// How a function's log is written, `LoggingConfig`.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html>
///
/// @param format           `Text` or `JSON`
/// @param applicationLevel the least that the function's own lines must have; only with JSON
/// @param systemLevel      the least that the platform's lines must have; only with JSON
/// @param logGroup         where the log goes; empty for the function's own group
public record LoggingSettings(
        String format, Optional<String> applicationLevel, Optional<String> systemLevel, Optional<String> logGroup) {

    public static final String JSON = "JSON";

    public static final LoggingSettings DEFAULT =
            new LoggingSettings("Text", Optional.empty(), Optional.empty(), Optional.empty());

    private static final String DEFAULT_LEVEL = "INFO";

    /// These with what a request says. JSON has levels, whether they were said or not, and text has none, whatever it
    /// was before (recorded).
    public LoggingSettings changed(
            Optional<String> newFormat,
            Optional<String> newApplicationLevel,
            Optional<String> newSystemLevel,
            Optional<String> newLogGroup) {
        var group = newLogGroup.or(() -> logGroup);
        if (newFormat.orElse(format).equals(JSON)) {
            return new LoggingSettings(
                    JSON,
                    Optional.of(newApplicationLevel.or(() -> applicationLevel).orElse(DEFAULT_LEVEL)),
                    Optional.of(newSystemLevel.or(() -> systemLevel).orElse(DEFAULT_LEVEL)),
                    group);
        }
        if (newApplicationLevel.isPresent() || newSystemLevel.isPresent()) {
            throw LambdaErrors.levelsOfText();
        }
        return new LoggingSettings(DEFAULT.format, Optional.empty(), Optional.empty(), group);
    }
}
