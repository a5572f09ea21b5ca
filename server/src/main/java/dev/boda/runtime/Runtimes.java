package dev.boda.runtime;

/// Finds the runtime of an id. The engine asks it at every cold start.
public interface Runtimes {

    /// The runtime for AWS's id, or a refusal that says what would help.
    Runtime resolve(String id) throws RuntimeUnavailableException;
}
