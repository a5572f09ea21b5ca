package dev.boda.metrics;

import dev.boda.function.FunctionName;
import dev.boda.telemetry.metrics.FunctionMeter;
import java.util.Map;

/// What happens to functions' events: CloudWatch's metrics of asynchronous invocation.
final class AsyncFamilies {

    private AsyncFamilies() {}

    static void addTo(Families families, Map<FunctionName, FunctionMeter.Reading> readings) {
        FunctionFamilies.count(
                families,
                "boda_function_async_events_received",
                "AsyncEventsReceived: events that were accepted, answered 202.",
                readings,
                reading -> reading.async().received());
        FunctionFamilies.count(
                families,
                "boda_function_async_events_dropped",
                "AsyncEventsDropped: events that were given up without having succeeded.",
                readings,
                reading -> reading.async().dropped());
        FunctionFamilies.count(
                families,
                "boda_function_destination_delivery_failures",
                "DestinationDeliveryFailures: destinations that could not be told of an event.",
                readings,
                reading -> reading.async().failedDeliveries());
        families.histogram(
                "boda_function_async_event_age_seconds",
                "AsyncEventAge: how long events had waited when they were run, each time.",
                points -> readings.forEach(
                        (name, reading) -> points.add(reading.async().ages(), FunctionFamilies.labels(name))));
    }
}
