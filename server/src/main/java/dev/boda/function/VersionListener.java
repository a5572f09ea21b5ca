package dev.boda.function;

/// Hears of snapshots that no invocation resolves to any more.
@FunctionalInterface
public interface VersionListener {

    /// `version` was replaced by an update, or its function was deleted. Must not block for long.
    void retired(FunctionVersion version);
}
