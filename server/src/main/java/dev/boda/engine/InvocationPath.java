package dev.boda.engine;

/// The invocation path, as those see it who want a function to run.
@FunctionalInterface
public interface InvocationPath {

    /// Runs an invocation; its answer goes into `answer`. Blocks until the runtime has given the answer or, for a
    /// caller who wants the log's tail, until it has asked for more.
    ///
    /// A caller who hangs up interrupts the waiting thread. That ends the waiting, not the invocation: it goes
    /// on, its answer goes nowhere, and its slot is freed when it ends.
    ///
    /// @throws ThrottledException              when there is no slot, or it comes too soon
    /// @throws EnvironmentUnavailableException when there is no environment and none can be started
    InvocationResult invoke(Invocation invocation, ResponseSink answer)
            throws ThrottledException, EnvironmentUnavailableException, InterruptedException;
}
