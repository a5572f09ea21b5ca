package dev.boda.function;

/// Hears of what is no more.
@FunctionalInterface
public interface VersionListener {

    /// No invocation resolves to `version` any more: it was replaced by an update, or its function was deleted. Must
    /// not block for long.
    void retired(FunctionVersion version);

    /// This function is no more; there may be another of its name by now. Must not block for long.
    default void deleted(FunctionRecord function) {}
}
