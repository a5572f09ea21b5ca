package dev.boda.store;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What lasts cannot be read or written now: the disk is full or read-only, an I/O error, a file that was damaged
/// while the server ran, or the store is closed. Nothing of the refused request was kept. The message is for whoever
/// asked: what is wrong and what to do. The face refuses with 5xx; warm invocations go on.
public final class StoreUnavailableException extends RuntimeException {

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public StoreUnavailableException(String message) {
        super(message);
    }

    /// A folder of the data directory cannot be written to.
    public static StoreUnavailableException writing(Path folder, IOException failure) {
        return of("write to", folder, DiskFault.of(failure), failure.getMessage(), failure);
    }

    /// A folder of the data directory cannot be read.
    public static StoreUnavailableException reading(Path folder, IOException failure) {
        return of("read", folder, DiskFault.of(failure), failure.getMessage(), failure);
    }

    static StoreUnavailableException of(
            String verb, Path folder, DiskFault fault, @Nullable String said, Throwable cause) {
        return new StoreUnavailableException(
                "The server cannot " + verb + " its data directory (" + folder + "): " + fault.reason(said) + ". "
                        + fault.remedy(),
                cause);
    }
}
