package dev.boda.engine;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The versions that their functions no longer run, as many of the latest as are remembered, and what becomes of
/// invocations of them that still arrive.
final class RetiredVersions {

    private enum Fate {
        /// Those invocations are served; the environments end when they have no other.
        SERVED,
        /// They are refused; there are no environments any more.
        REFUSED
    }

    // Guarded by this.
    private final Map<String, Fate> fates;

    RetiredVersions(int remembered) {
        this.fates = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Fate> eldest) {
                return size() > remembered;
            }
        };
    }

    synchronized void retire(String versionId) {
        fates.putIfAbsent(versionId, Fate.SERVED);
    }

    synchronized boolean isRetired(String versionId) {
        return fates.containsKey(versionId);
    }

    /// Invocations of these versions, and of all that were retired before, are refused from now on: which these are.
    synchronized Set<String> end(Collection<String> versionIds) {
        fates.replaceAll((_, _) -> Fate.REFUSED);
        var ended = new HashSet<>(fates.keySet());
        ended.addAll(versionIds);
        versionIds.forEach(id -> fates.put(id, Fate.REFUSED));
        return ended;
    }

    synchronized boolean hasEnded(String versionId) {
        return fates.get(versionId) == Fate.REFUSED;
    }
}
