package dev.boda.runtime;

/// This machine has no interpreter for a runtime; the message says what would bring one.
public final class RuntimeUnavailableException extends Exception {

    public RuntimeUnavailableException(String message) {
        super(message);
    }
}
