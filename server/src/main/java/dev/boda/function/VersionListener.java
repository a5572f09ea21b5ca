package dev.boda.function;

/// Hears of what runs now, and of what is no more.
public interface VersionListener {

    /// Invocations may resolve to `version` now. Told once or several times, and not again at a start. Must not block.
    default void activated(FunctionVersion version) {}

    /// No invocation resolves to `version` any more: it was replaced by an update, or its function was deleted. Must
    /// not block for long.
    void retired(FunctionVersion version);

    /// This function is no more; there may be another of its name by now. Must not block for long.
    default void deleted(FunctionRecord function) {}
}
