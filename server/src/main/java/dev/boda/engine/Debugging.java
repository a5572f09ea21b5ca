package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Lets debuggers into the environments of a version: see [DebugSession].
public final class Debugging {

    private final DebuggedVersions debugged;
    private final DebugSession.Environments environments;

    Debugging(DebuggedVersions debugged, DebugSession.Environments environments) {
        this.debugged = debugged;
        this.environments = environments;
    }

    /// Begins to debug, and starts an environment; empty if the target is being debugged already.
    ///
    /// @param whenEnded told why, once
    public Optional<DebugSession> open(DebugSession.Target target, Consumer<String> whenEnded) {
        var session = new DebugSession(target, debugged, environments, whenEnded);
        if (!debugged.add(session)) {
            return Optional.empty();
        }
        session.startAhead();
        return Optional.of(session);
    }

    /// This snapshot is no longer what its function runs.
    void retired(String versionId) {
        debugged.ofSnapshots(List.of(versionId)).forEach(DebugSession::outdated);
    }

    /// These snapshots are no more.
    void removed(Collection<String> versionIds) {
        debugged.ofSnapshots(versionIds).forEach(session -> session.end("The function was removed by a reset"));
    }

    /// The environments of a pool, as a session sees them.
    record Pool(Versions versions, Launches launches, Consumer<String> retirement)
            implements DebugSession.Environments {

        @Override
        public void ahead(FunctionVersion standIn) {
            var environments = versions.of(standIn);
            if (environments.promiseAhead()) {
                launches.start(environments, standIn);
            }
        }

        @Override
        public void retire(String versionId) {
            retirement.accept(versionId);
        }

        @Override
        public void letGo(String versionId) {
            var environments = versions.find(versionId);
            if (environments != null) {
                environments.all().forEach(ExecutionEnvironment::letGo);
            }
        }

        @Override
        public void later(Runnable action) {
            launches.onOwnThread("debugging", action);
        }
    }
}
