package dev.boda;

import dev.boda.api.reset.Reset;
import dev.boda.code.CodeStore;
import dev.boda.engine.EnvironmentPool;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.LayerCatalog;
import dev.boda.store.EventQueue;
import dev.boda.store.LogCatalog;
import dev.boda.telemetry.LogStore;
import java.util.LinkedHashMap;
import java.util.Map;

/// Removes everything there is: first nobody finds a function any more, then those that run end, and then goes what
/// they left. Credentials are an environment's and end with it.
final class Emptying implements Reset.Emptying {

    private final FunctionCatalog catalog;
    private final LayerCatalog layers;
    private final CodeSigningConfigs signing;
    private final EnvironmentPool environments;
    private final EventQueue events;
    private final LogStore logs;
    private final CodeStore code;

    Emptying(
            FunctionCatalog catalog,
            LayerCatalog layers,
            CodeSigningConfigs signing,
            EnvironmentPool environments,
            EventQueue events,
            LogStore logs,
            CodeStore code) {
        this.events = events;
        this.catalog = catalog;
        this.layers = layers;
        this.signing = signing;
        this.environments = environments;
        this.logs = logs;
        this.code = code;
    }

    /// The environments end with their functions, whatever fails later.
    private Map<String, Integer> emptyFunctions() {
        var cleared = catalog.clear();
        return Map.of("functions", cleared.functions(), "environments", environments.end(cleared.versionIds()));
    }

    @Override
    public Map<String, Integer> empty() {
        var removed = new LinkedHashMap<String, Integer>();
        int layerVersions = layers.size();
        removed.putAll(layers.clear(this::emptyFunctions));
        removed.put("layerVersions", layerVersions);
        removed.put("codeSigningConfigs", signing.clear());
        removed.put("events", Math.toIntExact(events.size()));
        events.clear();
        removed.put("logGroups", logs.change(LogCatalog::deleteEveryGroup));
        removed.put("codePackages", code.retainOnly(() -> layers.codeInUse(catalog::codeInUse)));
        return removed;
    }
}
