package dev.boda.engine;

/// What an invocation that needs an environment does.
sealed interface Claim {

    /// It offers itself to this one, which is its own now.
    record Take(ExecutionEnvironment environment) implements Claim {}

    /// It offers this one to an invocation that has waited longer, and asks again.
    record Yield(ExecutionEnvironment environment, Placement to) implements Claim {}

    /// It waits for an environment about to be idle, or for one that is being started and that nobody needs, or
    /// for its turn.
    record Wait() implements Claim {}

    /// It waits, and another environment is started.
    record Start() implements Claim {}

    /// It asks the pool again: these environments are forgotten.
    record Forgotten() implements Claim {}
}
