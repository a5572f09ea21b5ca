package dev.boda.async;

import java.time.Duration;

/// When to try an asynchronous event again. Pure: the dispatcher does what it says.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
///
/// @param maximumRetryAttempts after function errors
/// @param maximumEventAge      beyond which nothing is tried again
public record RetryPolicy(int maximumRetryAttempts, Duration maximumEventAge, Delays delays) {

    /// @param functionError before the first retry; twice as much before the second
    /// @param refusal       after the first time that an event could not be run; doubled each time
    /// @param longest       that the latter gets
    public record Delays(Duration functionError, Duration refusal, Duration longest) {

        /// That of AWS.
        public static final Duration LONGEST = Duration.ofMinutes(5);

        static final Delays AWS = new Delays(Duration.ofMinutes(1), Duration.ofSeconds(1), LONGEST);

        private static final int MOST_DOUBLINGS = 30;

        private Duration afterRefusals(int earlier) {
            var delay = refusal.multipliedBy(1L << Math.min(earlier, MOST_DOUBLINGS));
            return delay.compareTo(longest) < 0 ? delay : longest;
        }
    }

    /// What came of trying to run an event.
    sealed interface Attempt {

        record Succeeded() implements Attempt {}

        record FunctionFailed() implements Attempt {}

        /// Throttled, or the machine's fault.
        record Refused() implements Attempt {}

        /// Its function's reserved concurrency is 0: none is wanted.
        record SwitchedOff() implements Attempt {}

        /// It comes of itself once too often.
        record Recursive() implements Attempt {}
    }

    /// What to do next.
    sealed interface Decision {

        /// It is over.
        record Over(Condition condition) implements Decision {}

        /// It waits, so many milliseconds, and is tried again as `next`.
        record Again(long delayMillis, AsyncEvent next) implements Decision {}
    }

    /// How an event ended, in AWS's words.
    enum Condition {
        SUCCESS("Success"),
        RETRIES_EXHAUSTED("RetriesExhausted"),
        EVENT_AGE_EXCEEDED("EventAgeExceeded"),
        SWITCHED_OFF("ZeroReservedConcurrency"),
        RECURSIVE("RecursiveInvocation");

        private final String wire;

        Condition(String wire) {
            this.wire = wire;
        }

        String wire() {
            return wire;
        }
    }

    /// @param event as it was before the attempt
    /// @param now   in milliseconds since 1970
    Decision after(Attempt attempt, AsyncEvent event, long now) {
        return switch (attempt) {
            case Attempt.Succeeded() -> new Decision.Over(Condition.SUCCESS);
            case Attempt.SwitchedOff() -> new Decision.Over(Condition.SWITCHED_OFF);
            case Attempt.Recursive() -> new Decision.Over(Condition.RECURSIVE);
            case Attempt.FunctionFailed()
            when event.retries() >= maximumRetryAttempts -> new Decision.Over(Condition.RETRIES_EXHAUSTED);
            case Attempt.FunctionFailed() ->
                unlessTooOld(delays.functionError.multipliedBy(event.retries() + 1L), event, event.retried(), now);
            case Attempt.Refused() -> unlessTooOld(delays.afterRefusals(event.refusals()), event, event.refused(), now);
        };
    }

    private Decision unlessTooOld(Duration delay, AsyncEvent event, AsyncEvent next, long now) {
        return now + delay.toMillis() - event.received() > maximumEventAge.toMillis()
                ? new Decision.Over(Condition.EVENT_AGE_EXCEEDED)
                : new Decision.Again(delay.toMillis(), next);
    }
}
