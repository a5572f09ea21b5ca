package dev.boda.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/// Checks a SQLite file, brings its schema to the newest version, and opens connections to it.
///
/// Memory-mapped reading stays off: an I/O error of the disk would then be a SIGBUS that ends the server instead of
/// an error (<https://www.sqlite.org/mmap.html>).
final class DatabaseFile {

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    /// Files up to this size are checked whole at each start; it takes about a tenth of a second.
    private static final long CHECKED_WHOLE_BYTES = 32L << 20;

    private static final int BUSY_TIMEOUT_MILLIS = 5_000;

    private final Path file;

    DatabaseFile(Path file) {
        this.file = file;
    }

    /// Refuses a file that this version must not open, without changing it.
    void check(int newestVersion) {
        try {
            if (!Files.exists(file) || Files.size(file) == 0) {
                return;
            }
            checkMagic();
        } catch (IOException e) {
            throw new StoreCannotOpenException(
                    "The database " + file + " cannot be read (" + e.getMessage()
                            + "). Check the permissions of the data directory.",
                    e);
        }
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        try (Sql sql = open(config)) {
            int version = version(sql);
            if (version > newestVersion) {
                throw new StoreCannotOpenException("The database " + file + " was written by a newer Boda (its schema"
                        + " is version " + version + ", this Boda knows up to " + newestVersion
                        + "). Start that newer version, or give another data directory.");
            }
            String whole = Files.size(file) <= CHECKED_WHOLE_BYTES
                    ? sql.find("PRAGMA quick_check(1)", row -> row.getString(1)).orElse("")
                    : "ok";
            if (!whole.equals("ok")) {
                throw damaged(null);
            }
        } catch (SQLException | IOException e) {
            throw cannotOpen(e);
        }
    }

    private void checkMagic() throws IOException {
        var start = ByteBuffer.allocate(MAGIC.length);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (start.hasRemaining() && channel.read(start) >= 0) {}
        }
        if (!start.flip().equals(ByteBuffer.wrap(MAGIC))) {
            throw damaged(null);
        }
    }

    private StoreCannotOpenException damaged(@Nullable Throwable cause) {
        String message = "The database " + file + " is damaged or not a database. Bring it back from a copy, or move it"
                + " away to start without what it held.";
        return cause == null ? new StoreCannotOpenException(message) : new StoreCannotOpenException(message, cause);
    }

    private StoreCannotOpenException cannotOpen(Exception cause) {
        String reason = cause instanceof SQLException e ? SqlFailure.reason(e) : cause.getMessage();
        if ("it is damaged".equals(reason)) {
            return damaged(cause);
        }
        return new StoreCannotOpenException(
                "The database " + file + " cannot be opened: " + (reason == null ? cause.getMessage() : reason)
                        + ". Check the disk and the permissions of the data directory.",
                cause);
    }

    Sql openForWriting(List<String> migrations) {
        try {
            Sql sql = open(config());
            try {
                migrate(sql, migrations);
                return sql;
            } catch (SQLException e) {
                sql.close();
                throw e;
            }
        } catch (SQLException e) {
            throw cannotOpen(e);
        }
    }

    Sql openForReading() {
        try {
            Sql sql = open(config());
            sql.script("PRAGMA query_only = ON");
            return sql;
        } catch (SQLException e) {
            throw cannotOpen(e);
        }
    }

    private static SQLiteConfig config() {
        var config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.enforceForeignKeys(true);
        config.setJournalSizeLimit(64 << 20);
        // The driver would ask for the row's number after every INSERT, by a statement that it prepares each time.
        config.setGetGeneratedKeys(false);
        return config;
    }

    private Sql open(SQLiteConfig config) throws SQLException {
        return new Sql(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
    }

    private static int version(Sql sql) throws SQLException {
        return sql.find("PRAGMA user_version", row -> row.getInt(1)).orElse(0);
    }

    private static void migrate(Sql sql, List<String> migrations) throws SQLException {
        for (int version = version(sql); version < migrations.size(); version++) {
            sql.script("BEGIN IMMEDIATE");
            try {
                sql.script(migrations.get(version));
                sql.script("PRAGMA user_version = " + (version + 1));
                sql.script("COMMIT");
            } catch (SQLException e) {
                sql.script("ROLLBACK");
                throw e;
            }
        }
    }
}
