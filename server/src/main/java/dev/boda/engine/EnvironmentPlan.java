package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import org.jspecify.annotations.Nullable;

/// What environment is to be.
///
/// @param id        unique on this machine
/// @param footprint what environments of the version have shown of themselves
/// @param session   in which it is debugged, if it is
record EnvironmentPlan(
        String id,
        FunctionVersion version,
        Footprint footprint,
        InitializationType type,
        @Nullable DebugSession session) {

    /// Whether a debugger may hold it, now.
    boolean isDebugged() {
        return session != null && session.isOpen();
    }

    /// When a limit of time that would pass at `nanos` does.
    long limit(long nanos) {
        return isDebugged() ? EngineClock.NEVER : nanos;
    }

    boolean isProvisioned() {
        return type == InitializationType.PROVISIONED_CONCURRENCY;
    }

    boolean isTraining() {
        return type == InitializationType.TRAINING;
    }
}
