package dev.boda.store;

/// What lasts cannot be read or written now: the disk is full or read-only, an I/O error, a file that was damaged
/// while the server ran, or the store is closed. Nothing of the refused request was kept. The face refuses with 5xx;
/// warm invocations go on.
public final class StoreUnavailableException extends RuntimeException {

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreUnavailableException(String message) {
        super(message);
    }
}
