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

    public static final LoggingSettings DEFAULT =
            new LoggingSettings("Text", Optional.empty(), Optional.empty(), Optional.empty());
}
