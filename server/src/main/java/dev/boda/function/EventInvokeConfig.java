package dev.boda.function;

import java.time.Duration;
import java.util.Optional;

/// How asynchronous invocations of a function, a version or an alias are tried again, and who hears of their end. What
/// nobody said is absent, and shown so; AWS's defaults apply when an event is run.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
///
/// @param maximumRetryAttempts   how often an event is tried again after function errors, 0 to 2
/// @param maximumEventAgeSeconds how long an event is kept, 60 to 21,600
public record EventInvokeConfig(
        Optional<Integer> maximumRetryAttempts,
        Optional<Integer> maximumEventAgeSeconds,
        EventDestinations destinations,
        long lastModifiedMillis) {

    /// What applies where nothing is configured.
    public static final EventInvokeConfig DEFAULT =
            new EventInvokeConfig(Optional.empty(), Optional.empty(), EventDestinations.NONE, 0);

    private static final int DEFAULT_RETRY_ATTEMPTS = 2;
    private static final int DEFAULT_EVENT_AGE_SECONDS = 21_600;

    /// How often an event is tried again after function errors.
    public int retryAttempts() {
        return maximumRetryAttempts.orElse(DEFAULT_RETRY_ATTEMPTS);
    }

    /// How long an event is kept.
    public Duration eventAge() {
        return Duration.ofSeconds(maximumEventAgeSeconds.orElse(DEFAULT_EVENT_AGE_SECONDS));
    }
}
