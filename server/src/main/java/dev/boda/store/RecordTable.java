package dev.boda.store;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// JSON documents by key, each with the revision that the next change of it must expect. A change is durable when
/// its method returns. The SQL is what PostgreSQL takes too.
public final class RecordTable {

    /// The schema of a database that holds a record table and nothing else.
    public static final List<String> SCHEMA = List.of("""
            CREATE TABLE record (
                kind     TEXT   NOT NULL,
                account  TEXT   NOT NULL,
                region   TEXT   NOT NULL,
                name     TEXT   NOT NULL,
                sub      TEXT   NOT NULL,
                revision BIGINT NOT NULL,
                document TEXT   NOT NULL,
                PRIMARY KEY (kind, account, region, name, sub)
            );
            CREATE TABLE record_change (last_revision BIGINT NOT NULL);
            INSERT INTO record_change VALUES (0);
            """);

    private static final String COLUMNS = "kind, account, region, name, sub, revision, document";
    private static final String IS_KEY = "kind = ? AND account = ? AND region = ? AND name = ? AND sub = ?";

    private final Database database;

    public RecordTable(Database database) {
        this.database = database;
    }

    /// Adds a record and says its revision.
    ///
    /// @throws RecordConflictException if there is such a record already
    public long create(RecordKey key, String document) {
        return apply(new RecordChange.Create(key, document));
    }

    /// Changes a record and says its new revision.
    ///
    /// @throws RecordConflictException if its revision is not the expected one
    public long replace(RecordKey key, long expectedRevision, String document) {
        return apply(new RecordChange.Replace(key, expectedRevision, document));
    }

    /// Removes a record and says the revision of its removal.
    ///
    /// @throws RecordConflictException if its revision is not the expected one
    public long remove(RecordKey key, long expectedRevision) {
        return apply(new RecordChange.Remove(key, expectedRevision));
    }

    /// Makes all changes, in order, or none, and says the revision that all of them have in common.
    ///
    /// @throws RecordConflictException if one of the records is not as its change expects
    public long apply(RecordChange... changes) {
        return database.write(sql -> {
            long revision = sql.find(
                            "UPDATE record_change SET last_revision = last_revision + 1 RETURNING last_revision",
                            row -> row.getLong(1))
                    .orElseThrow();
            for (RecordChange change : changes) {
                if (apply(sql, change, revision) != 1) {
                    throw new RecordConflictException(change.key());
                }
            }
            return revision;
        });
    }

    /// Removes every record of these kinds, at once.
    public void removeAll(String... kinds) {
        database.write(sql -> {
            int removed = sql.update("UPDATE record_change SET last_revision = last_revision + 1");
            for (var kind : kinds) {
                removed += sql.update("DELETE FROM record WHERE kind = ?", kind);
            }
            return removed;
        });
    }

    private static int apply(Sql sql, RecordChange change, long revision) throws SQLException {
        RecordKey key = change.key();
        return switch (change) {
            case RecordChange.Create create ->
                sql.update(
                        "INSERT INTO record (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        key.kind(),
                        key.account(),
                        key.region(),
                        key.name(),
                        key.sub(),
                        revision,
                        create.document());
            case RecordChange.Replace replace ->
                sql.update(
                        "UPDATE record SET revision = ?, document = ? WHERE " + IS_KEY + " AND revision = ?",
                        revision,
                        replace.document(),
                        key.kind(),
                        key.account(),
                        key.region(),
                        key.name(),
                        key.sub(),
                        replace.expectedRevision());
            case RecordChange.Remove remove ->
                sql.update(
                        "DELETE FROM record WHERE " + IS_KEY + " AND revision = ?",
                        key.kind(),
                        key.account(),
                        key.region(),
                        key.name(),
                        key.sub(),
                        remove.expectedRevision());
        };
    }

    /// Where the records are, for a person.
    public Path file() {
        return database.file();
    }

    public Optional<StoredRecord> find(RecordKey key) {
        return database.read(sql -> sql.find(
                "SELECT " + COLUMNS + " FROM record WHERE " + IS_KEY,
                RecordTable::record,
                key.kind(),
                key.account(),
                key.region(),
                key.name(),
                key.sub()));
    }

    /// Every record of a kind, in the order of its key.
    public List<StoredRecord> scan(String kind) {
        return database.read(sql -> sql.query(
                "SELECT " + COLUMNS + " FROM record WHERE kind = ? ORDER BY account, region, name, sub",
                RecordTable::record,
                kind));
    }

    /// At most `limit` records of the kind, account and region of `after` whose name and sub come after those of
    /// `after`, in that order.
    public List<StoredRecord> list(RecordKey after, int limit) {
        return database.read(sql -> sql.query(
                "SELECT " + COLUMNS + " FROM record WHERE kind = ? AND account = ? AND region = ?"
                        + " AND (name, sub) > (?, ?) ORDER BY name, sub LIMIT ?",
                RecordTable::record,
                after.kind(),
                after.account(),
                after.region(),
                after.name(),
                after.sub(),
                limit));
    }

    /// The revision of the latest change of any record; 0 if there was none. What a cache compares with its own.
    public long lastRevision() {
        return database.read(sql -> sql.find("SELECT last_revision FROM record_change", row -> row.getLong(1))
                .orElseThrow());
    }

    private static StoredRecord record(ResultSet row) throws SQLException {
        var key =
                new RecordKey(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
        return new StoredRecord(key, row.getLong(6), row.getString(7));
    }
}
