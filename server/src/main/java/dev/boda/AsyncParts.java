package dev.boda;

import dev.boda.api.lambda.FunctionErrorPayload;
import dev.boda.async.AsyncInvocations;
import dev.boda.async.Destinations;
import dev.boda.async.EventDispatcher;
import dev.boda.async.EventRun;
import dev.boda.async.RetryPolicy.Delays;
import dev.boda.engine.EngineClock;
import dev.boda.engine.EnvironmentPool;
import dev.boda.engine.Invoker;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionVersion;
import dev.boda.function.VersionListener;
import dev.boda.store.SqliteEventQueue;
import dev.boda.store.StoreUnavailableException;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What accepts and runs events; a part of [Platform], which makes these.
///
/// @param delays before events are tried again
/// @param most   events that run at once
/// @param room   whether there is room for more environments than are busy
record AsyncParts(
        SqliteEventQueue queue,
        FunctionCatalog catalog,
        Invoker invoker,
        FunctionMeters meters,
        EngineClock clock,
        Delays delays,
        int most,
        BooleanSupplier room) {

    private static final Logger LOG = LoggerFactory.getLogger(AsyncParts.class);

    EventDispatcher dispatcher() {
        var destinations = new Destinations(this::functionId, UUID::randomUUID, queue::millis);
        var run = new EventRun(new EventRun.Parts(
                catalog, invoker, FunctionErrorPayload::of, destinations, meters, delays, queue::millis));
        var threads = Thread.ofVirtual().name("events").factory();
        return new EventDispatcher(
                queue,
                run::run,
                clock,
                UUID.randomUUID().toString(),
                most,
                () -> clock.idleProcessor() && room.getAsBoolean(),
                threads);
    }

    AsyncInvocations invocations(EventDispatcher dispatcher) {
        return new AsyncInvocations(queue, dispatcher, meters);
    }

    private Optional<String> functionId(FunctionReference reference) {
        return catalog.whole(reference.function())
                .filter(whole -> whole.find(reference.qualifier()).isPresent())
                .map(whole -> whole.function().id());
    }

    /// Ends the environments of versions that are no more, and removes the events of functions that are no more.
    ///
    /// @param background a thread each
    record Leaving(EnvironmentPool environments, SqliteEventQueue queue, Executor background)
            implements VersionListener {

        @Override
        public void activated(FunctionVersion version) {
            environments.activated(version);
        }

        @Override
        public void retired(FunctionVersion version) {
            environments.retire(version.id());
        }

        @Override
        public void deleted(FunctionRecord function) {
            background.execute(() -> {
                try {
                    AsyncInvocations.forget(queue, function.name(), function.id());
                } catch (StoreUnavailableException e) {
                    LOG.warn(
                            "Events of {}, which is deleted, stay until they are due: {}",
                            function.name().arn(),
                            e.getMessage());
                }
            });
        }
    }
}
