package dev.boda.engine;

/// What an environment that became idle does.
sealed interface Use {

    /// It is offered this invocation.
    record Give(Placement placement) implements Use {}

    /// It stays, idle.
    record Keep() implements Use {}

    /// It ends.
    record Dismiss() implements Use {}
}
