package dev.boda.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What keeps the server from its data directory, as far as the system says it, in words for a person: what is wrong,
/// and what to do.
enum DiskFault {
    FULL("no space is left on the device", "Make room there; until then only what needs no writing is answered."),
    QUOTA("its quota is used up", "Make room there or raise the quota."),
    READ_ONLY("its file system is read-only", "Make it writable again; its disk may be damaged: look at dmesg."),
    /// A file system of the kernel's own, like `/proc`. Said at a start only.
    NO_FILES("no file or folder can be made there", ""),
    FORBIDDEN("permission is denied", "Give the folder and what is in it to the user that the server runs as."),
    OPEN_FILES("too many files are open", "Raise the limit of open files (ulimit -n) and start the server again."),
    BROKEN("the disk reports an I/O error", "Check the disk: look at dmesg."),
    UNKNOWN("", "Check the disk and the permissions of the folder.");

    /// What a start may write: the database's native library, and a page here and there.
    private static final long START_BYTES = 4L << 20;

    private final String reason;
    private final String remedy;

    DiskFault(String reason, String remedy) {
        this.reason = reason;
        this.remedy = remedy;
    }

    /// What a failed operation on a file met.
    static DiskFault of(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return FORBIDDEN;
        }
        @Nullable String said = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return switch (said == null ? "" : said) {
            case "No space left on device" -> FULL;
            case "Disk quota exceeded", "File too large" -> QUOTA;
            case "Read-only file system" -> READ_ONLY;
            case "Permission denied", "Operation not permitted" -> FORBIDDEN;
            case "Too many open files", "Too many open files in system" -> OPEN_FILES;
            case "Input/output error" -> BROKEN;
            default -> UNKNOWN;
        };
    }

    /// What keeps a server from starting in a folder that exists; null if nothing does.
    static @Nullable DiskFault beforeStart(Path folder) throws IOException {
        var store = Files.getFileStore(folder);
        if (store.getTotalSpace() > 0) {
            return store.getUsableSpace() < START_BYTES ? FULL : probe(folder);
        }
        // Of the kernel's own, or without a limit.
        @Nullable DiskFault fault = probe(folder);
        return fault == null || fault == READ_ONLY ? fault : NO_FILES;
    }

    /// What a failed operation met while the folder was made ready. The folders above are there: a system that still
    /// does not find the file's place makes none.
    static DiskFault ofStart(IOException failure) {
        return failure instanceof NoSuchFileException ? NO_FILES : of(failure);
    }

    /// What keeps files from being written in a folder, found by trying; null if nothing does.
    static @Nullable DiskFault probe(Path folder) {
        try {
            Files.delete(Durable.writeProbe(folder));
            return null;
        } catch (IOException e) {
            return of(e);
        }
    }

    /// @param said how the system put it, for what has no words here; null if that is not known
    String reason(@Nullable String said) {
        if (!reason.isEmpty()) {
            return reason;
        }
        return said == null ? "the system does not let a file be written there" : said;
    }

    String remedy() {
        return remedy;
    }

    /// What to do where no server runs yet.
    String startRemedy() {
        String other = "ive another data directory (--data-dir, BODA_DATA_DIR).";
        return switch (this) {
            case NO_FILES -> "G" + other;
            case FULL -> "Make room there, or g" + other;
            default -> remedy + " Or g" + other;
        };
    }
}
