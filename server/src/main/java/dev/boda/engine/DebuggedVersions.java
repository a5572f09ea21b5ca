package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which versions are debugged now, asked at every invocation: where there is none that costs nothing.
final class DebuggedVersions {

    private final ConcurrentHashMap<String, DebugSession> byTarget = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, DebugSession> byStandIn = new ConcurrentHashMap<>();

    /// Whether it is the only session of its target.
    boolean add(DebugSession session) {
        return byTarget.putIfAbsent(session.target().key(), session) == null;
    }

    /// From now on environments of the snapshot with this id are the session's.
    void standsIn(String id, DebugSession session) {
        byStandIn.put(id, session);
    }

    void remove(DebugSession session) {
        byTarget.remove(session.target().key(), session);
        byStandIn.values().removeIf(each -> each == session);
    }

    /// The session in which invocations of this version run.
    @Nullable
    DebugSession of(FunctionVersion version) {
        return byTarget.isEmpty() ? null : byTarget.get(DebugSession.key(version.functionArn(), version.version()));
    }

    /// The session whose stand-in this snapshot is.
    @Nullable
    DebugSession ofStandIn(FunctionVersion version) {
        return byStandIn.isEmpty() ? null : byStandIn.get(version.id());
    }

    /// The sessions of these snapshots.
    List<DebugSession> ofSnapshots(Collection<String> versionIds) {
        return byTarget.values().stream()
                .filter(session -> session.debugs(versionIds))
                .toList();
    }
}
