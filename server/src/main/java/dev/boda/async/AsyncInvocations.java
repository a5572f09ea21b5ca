package dev.boda.async;

import dev.boda.function.FunctionName;
import dev.boda.function.FunctionReference;
import dev.boda.store.EventQueue;
import dev.boda.telemetry.metrics.FunctionMeters;

/// Accepts events.
public final class AsyncInvocations {

    private final EventQueue queue;
    private final EventDispatcher dispatcher;
    private final FunctionMeters meters;

    public AsyncInvocations(EventQueue queue, EventDispatcher dispatcher, FunctionMeters meters) {
        this.queue = queue;
        this.dispatcher = dispatcher;
        this.meters = meters;
    }

    /// An event that may be accepted: the function is there, the payload is JSON and not too long.
    ///
    /// @param functionId of the function's record
    /// @param requestId  a UUID; also the event's
    public record Accepted(
            FunctionReference reference, String functionId, String requestId, byte[] payload, String traceHeader) {}

    /// Removes the events of a function that is no more; not those of another that has its name by now.
    public static void forget(EventQueue queue, FunctionName function, String functionId) {
        int _ = queue.removeLane(AsyncEvent.lane(function, functionId));
    }

    /// Accepts an event: it is on the disk when this returns.
    ///
    /// @throws dev.boda.store.StoreUnavailableException if it cannot be written; it is not accepted then
    public void accept(Accepted accepted) {
        long now = queue.millis();
        var event = AsyncEvent.of(accepted, now);
        var queued = event.queued(accepted.payload());
        int shard = queue.add(queued);
        meters.of(event.name()).async().received();
        dispatcher.added(shard, queued.lane(), now);
    }
}
