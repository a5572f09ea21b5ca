package dev.boda.async;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionRules;
import dev.boda.store.EventQueue.QueuedEvent;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells destinations of events that are over. A function is told by an event of its own, which takes the place of the
/// one that is over in the same transaction: it is told once.
public final class Destinations {

    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);

    private final Function<FunctionReference, Optional<String>> functionIds;
    private final Supplier<UUID> ids;
    private final LongSupplier millis;

    /// @param functionIds the id of a function, if there is such a function, version or alias
    public Destinations(
            Function<FunctionReference, Optional<String>> functionIds, Supplier<UUID> ids, LongSupplier millis) {
        this.functionIds = functionIds;
        this.ids = ids;
        this.millis = millis;
    }

    /// The event that tells a destination; empty if it cannot be told, which the server's log says.
    Optional<QueuedEvent> event(String destination, DestinationRecord record, String trace) {
        var arn = Arn.parse(destination).filter(parsed -> parsed.service().equals("lambda"));
        if (arn.isEmpty()) {
            return refused(destination, record, "its service is not there");
        }
        var caller = new Caller(arn.get().account(), arn.get().region(), "");
        var reference = FunctionReference.of(destination, Optional.empty(), caller);
        var functionId = functionIds.apply(reference);
        if (functionId.isEmpty()) {
            return refused(destination, record, "there is no such function");
        }
        long now = millis.getAsLong();
        var payload = record.json(Instant.ofEpochMilli(now));
        if (payload.length > FunctionRules.ASYNC_PAYLOAD_BYTES) {
            return refused(destination, record, "the record has " + payload.length + " bytes");
        }
        var told = AsyncEvent.of(
                new AsyncInvocations.Accepted(
                        reference, functionId.get(), ids.get().toString(), payload, trace),
                now);
        return Optional.of(told.queued(payload));
    }

    private static Optional<QueuedEvent> refused(String destination, DestinationRecord record, String why) {
        LOG.warn("The destination {} was not told of request {}: {}", destination, record.requestId(), why);
        return Optional.empty();
    }
}
