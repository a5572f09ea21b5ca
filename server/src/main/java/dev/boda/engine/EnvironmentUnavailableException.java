package dev.boda.engine;

import org.jspecify.annotations.Nullable;

/// There is no environment for the invocation and none can be started: no interpreter, no code, no sandbox, or the
/// server is closing. The server's fault, not the function's.
public final class EnvironmentUnavailableException extends Exception {

    public EnvironmentUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
