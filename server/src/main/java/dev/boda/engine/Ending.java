package dev.boda.engine;

import dev.boda.sandbox.Sandbox;

/// Why an environment ended.
sealed interface Ending {

    /// Its first process ended by itself.
    record Exited(Sandbox.Exit exit) implements Ending {}

    /// The runtime said that it cannot initialise.
    record InitFailed(String errorType, byte[] payload) implements Ending {}

    /// There is nothing to run, or it is no program.
    record NoProgram(String why) implements Ending {}

    /// Init took too long ahead of any invocation.
    record InitTimedOut() implements Ending {}

    /// The function's timeout passed.
    record TimedOut() implements Ending {}

    /// The runtime let go of its `next`.
    record RuntimeGone() implements Ending {}

    /// Nobody needs it: idle for too long, too old, evicted, or its version is retired.
    record Unneeded() implements Ending {}

    /// It is ended from outside, whatever it does: the server closes, or all functions are removed.
    ///
    /// @param why for whoever waits for its invocation
    record Closed(String why) implements Ending {}
}
