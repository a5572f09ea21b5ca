package dev.boda.async;

import dev.boda.function.FunctionName;
import dev.boda.function.FunctionReference;
import dev.boda.function.Qualifier;
import dev.boda.store.EventQueue.QueuedEvent;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// An accepted event, beside its payload: what is to be invoked, and how far it has come. Kept as JSON.
///
/// @param functionId of the function's record: another function of the same name does not get it
/// @param qualifier as the caller named it; an alias is looked up at every attempt
/// @param received  when it was accepted, in milliseconds since 1970
/// @param attempts  how often it was tried to run it
/// @param retries   how often it was run again after a function error
/// @param refusals  how often in a row it could not be run at all
record AsyncEvent(
        String requestId,
        String account,
        String region,
        String function,
        String functionId,
        @Nullable String qualifier,
        String trace,
        long received,
        int attempts,
        int retries,
        int refusals) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int TIME_SHIFT = 16;
    private static final long VERSION_7 = 0x7000;
    private static final long RANDOM = 0x0fff;

    static AsyncEvent of(AsyncInvocations.Accepted accepted, long received) {
        var reference = accepted.reference();
        return new AsyncEvent(
                accepted.requestId(),
                reference.function().account(),
                reference.function().region(),
                reference.function().name(),
                accepted.functionId(),
                reference.qualifier().map(Qualifier::text).orElse(null),
                accepted.traceHeader(),
                received,
                0,
                0,
                0);
    }

    static AsyncEvent parse(String document) {
        return JSON.readValue(document, AsyncEvent.class);
    }

    String document() {
        return JSON.writeValueAsString(this);
    }

    /// What waits for each other: the events of a function. One of the same name after it has another lane.
    static String lane(FunctionName function, String functionId) {
        return function.account() + "/" + function.region() + "/" + function.name() + "/" + functionId;
    }

    String lane() {
        return lane(name(), functionId);
    }

    FunctionName name() {
        return new FunctionName(account, region, function);
    }

    FunctionReference reference() {
        return new FunctionReference(name(), Optional.ofNullable(qualifier).map(Qualifier::new));
    }

    /// As it is added to a queue, due at once. Its id there is a UUID of version 7 (RFC 9562): the time, and the end of
    /// the request's id. So what is added together lies together on the disk; request ids, which are random, would
    /// touch a page each.
    QueuedEvent queued(byte[] payload) {
        var request = UUID.fromString(requestId);
        long time = (received << TIME_SHIFT) | VERSION_7 | (request.getMostSignificantBits() & RANDOM);
        var id = new UUID(time, request.getLeastSignificantBits());
        return new QueuedEvent(id.toString(), lane(), received, document(), payload);
    }

    /// It is tried again after a function error.
    AsyncEvent retried() {
        return tried(retries + 1, 0);
    }

    /// It is tried again, since it could not be run.
    AsyncEvent refused() {
        return tried(retries, refusals + 1);
    }

    private AsyncEvent tried(int itsRetries, int itsRefusals) {
        return new AsyncEvent(
                requestId,
                account,
                region,
                function,
                functionId,
                qualifier,
                trace,
                received,
                attempts + 1,
                itsRetries,
                itsRefusals);
    }
}
