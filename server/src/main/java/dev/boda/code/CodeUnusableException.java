package dev.boda.code;

import java.io.IOException;

/// A code package is gone or damaged: trying again does not help.
public final class CodeUnusableException extends IOException {

    public CodeUnusableException(String message, Throwable cause) {
        super(message, cause);
    }

    public CodeUnusableException(String message) {
        super(message);
    }
}
