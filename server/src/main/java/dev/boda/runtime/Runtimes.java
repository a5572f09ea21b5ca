package dev.boda.runtime;

import java.nio.file.Path;
import java.util.Optional;

/// Finds the runtime of an id. The engine asks it at every cold start.
public interface Runtimes {

    /// The runtime for AWS's id, or a refusal that says what would help.
    Runtime resolve(String id) throws RuntimeUnavailableException;

    /// The same runtime, which listens for its language's debugger; or a refusal where it has none.
    default Runtime debugged(Runtime runtime, Debugger.Listening listening) throws RuntimeUnavailableException {
        return Debugger.of(runtime.language())
                .filter(_ -> !runtime.isOsOnly())
                .orElseThrow(() -> new RuntimeUnavailableException(Remedies.noDebugger(runtime)))
                .start(runtime, listening, debuggerPackages(runtime));
    }

    /// What the debugger of a runtime's language needs beside it, if the machine has it.
    default Optional<Path> debuggerPackages(Runtime runtime) {
        return Optional.empty();
    }
}
