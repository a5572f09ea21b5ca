package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is known of versions by what their environments have shown, of as many as are remembered: those asked for last.
final class Footprints {

    private static final float LOAD = 0.75f;

    // Guarded by this.
    private final Map<String, Footprint> footprints;

    Footprints(int remembered) {
        this.footprints = new LinkedHashMap<>(16, LOAD, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Footprint> eldest) {
                return size() > remembered;
            }
        };
    }

    synchronized Footprint of(FunctionVersion version) {
        return footprints.computeIfAbsent(version.id(), _ -> new Footprint(version));
    }
}
