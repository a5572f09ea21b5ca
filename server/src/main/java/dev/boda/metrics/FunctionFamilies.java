package dev.boda.metrics;

import dev.boda.engine.ConcurrencyLimiter;
import dev.boda.engine.EnvironmentPool;
import dev.boda.engine.Occupancy;
import dev.boda.engine.Scope;
import dev.boda.function.FunctionName;
import dev.boda.telemetry.metrics.FunctionMeter;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// What functions do: CloudWatch's metrics of Lambda, by account, region and function.
public final class FunctionFamilies {

    /// In the place of a name, of the functions beyond those that are counted one by one. No function can have it.
    private static final FunctionName OTHERS = new FunctionName("", "", "(others)");

    private final FunctionMeters meters;
    private final EnvironmentPool environments;
    private final ConcurrencyLimiter concurrency;
    private final Predicate<FunctionName> exists;

    /// @param exists whether there is such a function now
    public FunctionFamilies(
            FunctionMeters meters,
            EnvironmentPool environments,
            ConcurrencyLimiter concurrency,
            Predicate<FunctionName> exists) {
        this.meters = meters;
        this.environments = environments;
        this.concurrency = concurrency;
        this.exists = exists;
    }

    void addTo(Families families) {
        meters.retain(exists);
        var readings = new LinkedHashMap<>(meters.read());
        var others = meters.others();
        if (others.invocations()
                        + others.throttles()
                        + others.coldStarts()
                        + others.async().received()
                > 0) {
            readings.put(OTHERS, others);
        }
        counts(families, readings);
        families.histogram(
                "boda_function_duration_seconds",
                "Duration of invocations as their REPORT lines tell it, Init not included.",
                points -> readings.forEach((name, reading) -> points.add(reading.durations(), labels(name))));
        families.histogram(
                "boda_function_init_duration_seconds",
                "Duration of Init phases that ended well.",
                points -> readings.forEach((name, reading) -> points.add(reading.inits(), labels(name))));
        AsyncFamilies.addTo(families, readings);
        occupancy(families);
    }

    private static void counts(Families families, Map<FunctionName, FunctionMeter.Reading> readings) {
        count(
                families,
                "boda_function_invocations",
                "Invocations: how often code was run, errors included, throttled requests not.",
                readings,
                FunctionMeter.Reading::invocations);
        count(
                families,
                "boda_function_errors",
                "Errors: invocations that ended in a function error, timeouts included.",
                readings,
                FunctionMeter.Reading::errors);
        count(
                families,
                "boda_function_throttles",
                "Throttles: requests that found no concurrency; no invocations.",
                readings,
                FunctionMeter.Reading::throttles);
        count(
                families,
                "boda_function_cold_starts",
                "Init phases begun, those repeated within an invocation included.",
                readings,
                FunctionMeter.Reading::coldStarts);
        count(
                families,
                "boda_function_init_failures",
                "Init phases that ended in an error, an exit or a timeout.",
                readings,
                FunctionMeter.Reading::initFailures);
    }

    static void count(
            Families families,
            String name,
            String help,
            Map<FunctionName, FunctionMeter.Reading> readings,
            ToDoubleFunction<FunctionMeter.Reading> value) {
        families.counter(
                name,
                help,
                points -> readings.forEach(
                        (function, reading) -> points.add(value.applyAsDouble(reading), labels(function))));
    }

    private void occupancy(Families families) {
        var occupancies = environments.occupancies();
        var running = new TreeMap<FunctionName, Integer>();
        for (var each : occupancies) {
            var version = each.version();
            running.merge(
                    new FunctionName(version.account(), version.region(), version.name()),
                    each.concurrentExecutions(),
                    Integer::sum);
        }
        families.gauge(
                "boda_function_concurrent_executions",
                "ConcurrentExecutions of a function that has environments: invocations under way.",
                points -> running.forEach((name, count) -> points.add(count, labels(name))));
        concurrency(families);
        families.gauge("boda_environments", "Execution environments by state.", points -> {
            points.add(occupancies.stream().mapToInt(Occupancy::starting).sum(), "state", "starting");
            points.add(occupancies.stream().mapToInt(Occupancy::busy).sum(), "state", "busy");
            points.add(occupancies.stream().mapToInt(Occupancy::idle).sum(), "state", "idle");
            points.add(occupancies.stream().mapToInt(Occupancy::ending).sum(), "state", "ending");
        });
        families.gauge(
                "boda_waiting_invocations",
                "Invocations that wait for an environment.",
                points -> points.add(
                        occupancies.stream().mapToInt(Occupancy::waiting).sum()));
        families.gauge(
                "boda_waiting_starts",
                "Environments that wait for room, or for their turn, to start.",
                environments.waitingStarts());
        families.gauge(
                "boda_environments_counted_bytes",
                "The memory that execution environments count with, idle ones included.",
                environments.countedBytes());
    }

    private void concurrency(Families families) {
        var all = new HashMap<Scope.Account, Integer>();
        var unreserved = new HashMap<Scope.Account, Integer>();
        concurrency.takenByScope().forEach((scope, count) -> {
            switch (scope) {
                case Scope.Account account -> unreserved.put(account, count);
                case Scope.Function(var name) ->
                    all.merge(new Scope.Account(name.account(), name.region()), count, Integer::sum);
                case Scope.Provisioned _, Scope.OnDemand _ -> {
                    // Among their function's.
                }
            }
        });
        families.gauge(
                "boda_concurrent_executions",
                "ConcurrentExecutions of an account in a region: invocations under way.",
                points -> addAll(points, all));
        families.gauge(
                "boda_unreserved_concurrent_executions",
                "UnreservedConcurrentExecutions of an account in a region: those of functions without reserved concurrency.",
                points -> addAll(points, unreserved));
    }

    private static void addAll(Families.Points points, Map<Scope.Account, Integer> counts) {
        counts.forEach((scope, count) -> points.add(count, "account", scope.account(), "region", scope.region()));
    }

    static String[] labels(FunctionName name) {
        return new String[] {"account", name.account(), "region", name.region(), "function_name", name.name()};
    }
}
