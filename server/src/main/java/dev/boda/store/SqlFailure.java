package dev.boda.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Tells failures of the machine, which say that the store is unavailable, from mistakes in our statements.
/// Result codes: <https://www.sqlite.org/rescode.html>
final class SqlFailure {

    private static final int PRIMARY = 0xff;

    private SqlFailure() {}

    /// What is wrong with the machine, or null if the statement itself is.
    static @Nullable String reason(SQLException failure) {
        return switch (failure.getErrorCode() & PRIMARY) {
            case 3, 8 -> "it is read-only";
            case 5, 6 -> "another process holds it";
            case 7 -> "memory is exhausted";
            case 10 -> "the disk reports an I/O error";
            case 11, 26 -> "it is damaged";
            case 13 -> "the disk is full";
            case 14, 15 -> "it cannot be opened";
            default -> null;
        };
    }

    static boolean isFull(SQLException failure) {
        return (failure.getErrorCode() & PRIMARY) == 13;
    }

    /// The exception that whoever asked gets.
    static RuntimeException of(Path file, SQLException failure) {
        String reason = reason(failure);
        if (reason == null) {
            return new IllegalStateException("A statement on " + file.getFileName() + " failed.", failure);
        }
        var folder = file.toAbsolutePath().getParent();
        var fault = folder == null ? null : fault(folder, failure.getErrorCode() & PRIMARY);
        return folder == null || fault == null
                ? new StoreUnavailableException(
                        "The database " + file.getFileName() + " cannot be used: " + reason
                                + ". Stop the server and see what the next start says of it.",
                        failure)
                : StoreUnavailableException.of("write to", folder, fault, reason, failure);
    }

    /// What is wrong with the folder, if that is to blame. SQLite calls every failed write an I/O error, except that of
    /// a full disk; the folder itself says more.
    private static @Nullable DiskFault fault(Path folder, int code) {
        return switch (code) {
            case 13 -> DiskFault.FULL;
            case 3, 8, 10, 14, 15 -> {
                var found = DiskFault.probe(folder);
                yield found == null && code == 10 ? DiskFault.BROKEN : found;
            }
            default -> null;
        };
    }
}
