package dev.boda.async;

import dev.boda.async.DestinationRecord.Answer;
import dev.boda.async.EventDispatcher.Ended;
import dev.boda.async.RetryPolicy.Attempt;
import dev.boda.async.RetryPolicy.Condition;
import dev.boda.async.RetryPolicy.Decision;
import dev.boda.aws.ServiceException;
import dev.boda.engine.BufferedAnswer;
import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationPath;
import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ThrottledException;
import dev.boda.function.EventInvokeConfig;
import dev.boda.function.EventInvokeConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionRules;
import dev.boda.function.Qualifier;
import dev.boda.function.RecursiveLoops;
import dev.boda.function.WholeFunction;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Runs events, each once at a time, and says what follows.
public final class EventRun {

    private final Parts parts;
    private final EventInvokeConfigs configs;
    private final RecursiveLoops loops;

    /// @param reports writes a function error as a caller would read it
    /// @param delays  before events are tried again
    /// @param millis  the queue's clock
    public record Parts(
            FunctionCatalog catalog,
            InvocationPath invoke,
            Function<FunctionError, byte[]> reports,
            Destinations destinations,
            FunctionMeters meters,
            RetryPolicy.Delays delays,
            LongSupplier millis) {}

    public EventRun(Parts parts) {
        this.parts = parts;
        this.configs = new EventInvokeConfigs(parts.catalog);
        this.loops = new RecursiveLoops(parts.catalog);
    }

    /// What came of an attempt.
    ///
    /// @param answer  empty if nothing ran
    /// @param tooMany whether it was refused for the others that run
    private record Outcome(Attempt attempt, Optional<Answer> answer, boolean tooMany) {

        static Outcome of(Attempt attempt, Answer answer) {
            return new Outcome(attempt, Optional.of(answer), false);
        }

        static Outcome without(Attempt attempt) {
            return new Outcome(attempt, Optional.empty(), false);
        }

        static Outcome throttled() {
            return new Outcome(new Attempt.Refused(), Optional.empty(), true);
        }
    }

    /// Runs an event, unless it is too old.
    public Ended run(LeasedEvent leased) throws InterruptedException {
        var event = AsyncEvent.parse(leased.document());
        if (function(event).isEmpty()) {
            // Its events go with a function; another of its name has its own.
            return new Ended(new Settlement.Done(leased), false);
        }
        var config = configs.find(event.reference()).orElse(EventInvokeConfig.DEFAULT);
        var policy = new RetryPolicy(config.retryAttempts(), config.eventAge(), parts.delays);
        long age = parts.millis.getAsLong() - event.received();
        if (age > config.eventAge().toMillis()) {
            return new Ended(over(leased, event, config, Condition.EVENT_AGE_EXCEEDED, Optional.empty()), false);
        }
        parts.meters.of(event.name()).async().age(age);
        var outcome = attempt(leased, event);
        long now = parts.millis.getAsLong();
        var settlement = switch (policy.after(outcome.attempt, event, now)) {
            case Decision.Again(long delayMillis, var next) ->
                new Settlement.Again(leased, now + delayMillis, next.document());
            case Decision.Over(var condition) -> over(leased, event, config, condition, outcome.answer);
        };
        return new Ended(settlement, outcome.tooMany);
    }

    private Outcome attempt(LeasedEvent leased, AsyncEvent event) throws InterruptedException {
        if (loops.stop(event.name(), event.trace())) {
            return Outcome.without(new Attempt.Recursive());
        }
        try {
            var reference = event.reference();
            var version = parts.catalog.resolve(reference);
            var answer = new BufferedAnswer(FunctionRules.RESPONSE_BYTES);
            var result = parts.invoke.invoke(
                    new Invocation(
                            version, event.requestId(), leased.payload(), reference.arn(), event.trace(), null, false),
                    answer);
            return switch (result) {
                case Success _ ->
                    Outcome.of(new Attempt.Succeeded(), new Answer(version.version(), false, answer.bytes()));
                case FunctionError error ->
                    Outcome.of(
                            new Attempt.FunctionFailed(),
                            new Answer(version.version(), true, parts.reports.apply(error)));
            };
        } catch (ThrottledException _) {
            return isSwitchedOff(event) ? Outcome.without(new Attempt.SwitchedOff()) : Outcome.throttled();
        } catch (EnvironmentUnavailableException _) {
            return Outcome.throttled();
        } catch (ServiceException refused) {
            // No such version or alias, or not in a state to run: it may come.
            return Outcome.without(new Attempt.Refused());
        }
    }

    /// The function that the event is for, if it is still there.
    private Optional<FunctionRecord> function(AsyncEvent event) {
        return parts.catalog
                .whole(event.name())
                .map(WholeFunction::function)
                .filter(function -> function.id().equals(event.functionId()));
    }

    private boolean isSwitchedOff(AsyncEvent event) {
        return function(event)
                .flatMap(FunctionRecord::reservedConcurrency)
                .filter(reserved -> reserved == 0)
                .isPresent();
    }

    private Settlement over(
            LeasedEvent leased,
            AsyncEvent event,
            EventInvokeConfig config,
            Condition condition,
            Optional<Answer> answer) {
        boolean succeeded = condition == Condition.SUCCESS;
        var meter = parts.meters.of(event.name()).async();
        var destinations = config.destinations();
        var destination = succeeded ? destinations.onSuccess() : destinations.onFailure();
        if (!succeeded) {
            meter.dropped();
        }
        if (destination.isEmpty()) {
            return new Settlement.Done(leased);
        }
        var record = new DestinationRecord(
                event.requestId(),
                arn(event),
                condition,
                event.attempts() + (answer.isPresent() ? 1 : 0),
                leased.payload(),
                answer.orElse(null));
        var delivery = parts.destinations.event(destination.get(), record, event.trace());
        if (delivery.isEmpty()) {
            meter.deliveryFailed();
            return new Settlement.Done(leased);
        }
        return new Settlement.Replaced(leased, List.of(delivery.get()));
    }

    private static String arn(AsyncEvent event) {
        return event.reference().function().arn(event.reference().qualifier().orElse(Qualifier.LATEST));
    }
}
