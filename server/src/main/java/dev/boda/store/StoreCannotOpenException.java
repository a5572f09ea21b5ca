package dev.boda.store;

/// The start must stop: a file or folder of the data directory cannot be used. The message is for the person who
/// starts the server: what is wrong and what to do. Nothing was changed.
public final class StoreCannotOpenException extends RuntimeException {

    public StoreCannotOpenException(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreCannotOpenException(String message) {
        super(message);
    }
}
