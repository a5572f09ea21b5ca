package dev.boda.async;

import java.time.Duration;
import java.util.Optional;

/// What a function, version or alias has configured for its events.
///
/// @param maximumRetryAttempts 0 to 2
/// @param maximumEventAge      1 minute to 6 hours
/// @param onSuccess            the ARN of whom to tell
/// @param onFailure            likewise, of an event that is given up
public record EventRules(
        int maximumRetryAttempts, Duration maximumEventAge, Optional<String> onSuccess, Optional<String> onFailure) {

    /// Nothing is configured.
    public static final EventRules USUAL =
            new EventRules(RetryPolicy.RETRIES, RetryPolicy.AGE, Optional.empty(), Optional.empty());
}
