package dev.boda.function;

import java.util.Optional;
import java.util.stream.Stream;

/// Where a record of an asynchronous invocation goes when it has ended.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
///
/// @param onSuccess the ARN for invocations that succeeded
/// @param onFailure the ARN for events that were given up
public record EventDestinations(Optional<String> onSuccess, Optional<String> onFailure) {

    public static final EventDestinations NONE = new EventDestinations(Optional.empty(), Optional.empty());

    /// Those there are.
    Stream<String> all() {
        return Stream.of(onSuccess, onFailure).flatMap(Optional::stream);
    }

    /// As AWS names both in its refusals.
    @Override
    public String toString() {
        return "DestinationConfig(onSuccess=" + named("OnSuccess", onSuccess) + ", onFailure="
                + named("OnFailure", onFailure) + ")";
    }

    private static String named(String shape, Optional<String> arn) {
        return arn.map(text -> shape + "(destination=" + text + ")").orElse("null");
    }
}
