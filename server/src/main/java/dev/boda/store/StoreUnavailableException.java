package dev.boda.store;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What lasts cannot be read or written now: the disk is full or read-only, an I/O error, a file that was damaged
/// while the server ran, or the store is closed. Nothing of the refused request is kept, unless
/// it [#isUncertain()]. The message is for whoever
/// asked: what is wrong and what to do. The face refuses with 5xx; warm invocations go on.
public final class StoreUnavailableException extends RuntimeException {

    private final boolean uncertain;

    public StoreUnavailableException(String message, Throwable cause) {
        this(message, cause, false);
    }

    private StoreUnavailableException(String message, @Nullable Throwable cause, boolean uncertain) {
        super(message, cause);
        this.uncertain = uncertain;
    }

    public StoreUnavailableException(String message) {
        this(message, null, false);
    }

    /// Whether the change may yet be found after a crash: the disk failed while it was being made durable.
    public boolean isUncertain() {
        return uncertain;
    }

    /// The same, of a change that may yet be found after a crash.
    StoreUnavailableException uncertain() {
        return new StoreUnavailableException(String.valueOf(getMessage()), getCause(), true);
    }

    /// A folder of the data directory cannot be written to.
    public static StoreUnavailableException writing(Path folder, IOException failure) {
        return of("write to", folder, DiskFault.of(failure), failure.getMessage(), failure);
    }

    /// A folder of the data directory cannot be read.
    public static StoreUnavailableException reading(Path folder, IOException failure) {
        return of("read", folder, DiskFault.of(failure), failure.getMessage(), failure);
    }

    /// What was to be written to a folder of the data directory was not within `seconds`; it may yet be.
    public static StoreUnavailableException hanging(Path folder, long seconds, Throwable cause) {
        return new StoreUnavailableException(
                "The server did not write to its data directory (" + folder + ") within " + seconds
                        + " seconds: the disk does not answer. Check the disk: look at dmesg.",
                cause,
                true);
    }

    static StoreUnavailableException of(
            String verb, Path folder, DiskFault fault, @Nullable String said, Throwable cause) {
        return new StoreUnavailableException(
                "The server cannot " + verb + " its data directory (" + folder + "): " + fault.reason(said) + ". "
                        + fault.remedy(),
                cause);
    }
}
