package dev.boda.api.lambda;

import dev.boda.function.FunctionName;
import dev.boda.function.LoggingSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.LoggingConfig;

/// The `LoggingConfig` of requests and answers.
final class LoggingConfigs {

    private LoggingConfigs() {}

    /// What a function has after a request; members that the request has not stay as they are.
    static LoggingSettings merged(LoggingSettings now, @Nullable LoggingConfig request) {
        return request == null
                ? now
                : now.changed(
                        Optional.ofNullable(request.logFormatAsString()),
                        Optional.ofNullable(request.applicationLogLevelAsString()),
                        Optional.ofNullable(request.systemLogLevelAsString()),
                        Optional.ofNullable(request.logGroup()));
    }

    /// Levels are shown of JSON only (recorded).
    static LoggingConfig shape(FunctionName function, LoggingSettings logging) {
        return LoggingConfig.builder()
                .logFormat(logging.format())
                .applicationLogLevel(logging.applicationLevel().orElse(null))
                .systemLogLevel(logging.systemLevel().orElse(null))
                .logGroup(logging.logGroup().orElseGet(function::logGroup))
                .build();
    }
}
