package dev.boda.telemetry;

import dev.boda.function.LoggingSettings;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Leaves out of a function's log in JSON what is below `ApplicationLogLevel`. The runtime clients do that with what is
/// logged in the ways that AWS supports; here are the JSON objects that a function writes in other ways. One without a
/// level that AWS knows, or without a time by RFC 3339, is `INFO`. What is no JSON object has no level and always
/// stays.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
final class ApplicationLogFilter {

    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");
    private static final int INFO = LEVELS.indexOf("INFO");
    private static final Set<String> TIMES = Set.of("timestamp", "time");
    private static final JsonFactory JSON = new JsonFactory();

    private final int least;

    private ApplicationLogFilter(int least) {
        this.least = least;
    }

    /// None where nothing is left out.
    static Optional<ApplicationLogFilter> of(LoggingSettings logging) {
        int least = logging.format().equals(LoggingSettings.JSON)
                ? LEVELS.indexOf(logging.applicationLevel().orElse("INFO"))
                : 0;
        return least == 0 ? Optional.empty() : Optional.of(new ApplicationLogFilter(least));
    }

    boolean lets(byte[] message) {
        return message.length == 0 || message[0] != '{' || level(message) >= least;
    }

    /// Beyond all where the message is no JSON object.
    private static int level(byte[] message) {
        int level = -1;
        boolean timed = false;
        try (var parser = JSON.createParser(ObjectReadContext.empty(), message)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = text(parser);
                if (name.equals("level")) {
                    level = level(value);
                } else if (TIMES.contains(name)) {
                    timed |= isTime(value);
                }
            }
            return parser.nextToken() == null ? (timed && level >= 0 ? level : INFO) : LEVELS.size();
        } catch (JacksonException _) {
            return LEVELS.size();
        }
    }

    private static @Nullable String text(JsonParser parser) {
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        parser.skipChildren();
        return null;
    }

    /// Python has names of its own for two levels.
    private static int level(@Nullable String value) {
        var name = value == null ? "" : value.toUpperCase(Locale.ROOT);
        return LEVELS.indexOf(
                switch (name) {
                    case "WARNING" -> "WARN";
                    case "CRITICAL" -> "FATAL";
                    default -> name;
                });
    }

    private static boolean isTime(@Nullable String value) {
        if (value == null) {
            return false;
        }
        try {
            var _ = OffsetDateTime.parse(value);
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
