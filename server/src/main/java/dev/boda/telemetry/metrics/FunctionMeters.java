package dev.boda.telemetry.metrics;

import dev.boda.function.FunctionName;
import dev.boda.function.FunctionVersion;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The meters of all functions that ran since the server's start. An environment asks once for its function's; a
/// function has one for all its versions.
public final class FunctionMeters {

    /// Most functions that are counted one by one; further ones are counted together, in [#others()].
    static final int MOST = 5_000;

    private final ConcurrentHashMap<FunctionName, FunctionMeter> meters = new ConcurrentHashMap<>();
    private final FunctionMeter others = new FunctionMeter();

    /// The meter of the version's function.
    public FunctionMeter of(FunctionVersion version) {
        return of(new FunctionName(version.account(), version.region(), version.name()));
    }

    /// The meter of a function.
    public FunctionMeter of(FunctionName name) {
        var known = meters.get(name);
        if (known != null) {
            return known;
        }
        return meters.size() < MOST ? meters.computeIfAbsent(name, _ -> new FunctionMeter()) : others;
    }

    /// Forgets the functions that are no more. What still runs of them counts on, unseen.
    public void retain(Predicate<FunctionName> exists) {
        meters.keySet().removeIf(exists.negate());
    }

    /// What was counted, in the order of the functions' names.
    public Map<FunctionName, FunctionMeter.Reading> read() {
        var readings = new TreeMap<FunctionName, FunctionMeter.Reading>();
        meters.forEach((name, meter) -> readings.put(name, meter.read()));
        return readings;
    }

    /// What was counted of the functions that have no meter of their own.
    public FunctionMeter.Reading others() {
        return others.read();
    }
}
