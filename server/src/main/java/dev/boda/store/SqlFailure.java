package dev.boda.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Tells failures of the machine, which say that the store is unavailable, from mistakes in our statements.
/// Result codes: <https://www.sqlite.org/rescode.html>
final class SqlFailure {

    private SqlFailure() {}

    /// What is wrong with the machine, or null if the statement itself is.
    static @Nullable String reason(SQLException failure) {
        return switch (failure.getErrorCode() & 0xff) {
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

    /// The exception that whoever asked gets.
    static RuntimeException of(Path file, SQLException failure) {
        String reason = reason(failure);
        return reason == null
                ? new IllegalStateException("A statement on " + file.getFileName() + " failed.", failure)
                : new StoreUnavailableException(
                        "The database " + file.getFileName() + " cannot be used: " + reason + ".", failure);
    }
}
