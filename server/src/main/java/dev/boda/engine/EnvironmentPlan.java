package dev.boda.engine;

import dev.boda.function.FunctionVersion;

/// What environment is to be.
///
/// @param id        unique on this machine
/// @param footprint what environments of the version have shown of themselves
record EnvironmentPlan(String id, FunctionVersion version, Footprint footprint, InitializationType type) {

    boolean isProvisioned() {
        return type == InitializationType.PROVISIONED_CONCURRENCY;
    }

    boolean isTraining() {
        return type == InitializationType.TRAINING;
    }
}
