package dev.boda.store;

import dev.boda.store.LogSegments.Place;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which groups and streams there are, and in which blocks of the segments their events stand: a row a block.
/// Everything in it can be found again in the segments.
final class LogIndex {

    static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE log_group (
                id             INTEGER PRIMARY KEY,
                account        TEXT NOT NULL,
                region         TEXT NOT NULL,
                name           TEXT NOT NULL,
                created_millis INTEGER NOT NULL,
                stored_bytes   INTEGER NOT NULL,
                UNIQUE (account, region, name)
            );
            CREATE TABLE log_stream (
                id                   INTEGER PRIMARY KEY,
                group_id             INTEGER NOT NULL REFERENCES log_group (id),
                name                 TEXT NOT NULL,
                created_millis       INTEGER NOT NULL,
                first_event_millis   INTEGER NOT NULL,
                last_event_millis    INTEGER NOT NULL,
                last_ingested_millis INTEGER NOT NULL,
                UNIQUE (group_id, name)
            );
            CREATE INDEX log_stream_by_time ON log_stream (group_id, last_event_millis, name);
            CREATE TABLE log_block (
                segment     INTEGER NOT NULL,
                offset      INTEGER NOT NULL,
                length      INTEGER NOT NULL,
                group_id    INTEGER NOT NULL,
                stream_id   INTEGER NOT NULL,
                last_millis INTEGER NOT NULL,
                PRIMARY KEY (segment, offset)
            ) WITHOUT ROWID;
            CREATE INDEX log_block_by_group ON log_block (group_id, last_millis, segment, offset);
            CREATE INDEX log_block_by_stream ON log_block (stream_id, last_millis, segment, offset);
            CREATE TABLE log_segment (
                segment       INTEGER PRIMARY KEY,
                length        INTEGER NOT NULL,
                next_sequence INTEGER NOT NULL
            );
            """);

    private final Database database;

    LogIndex(Database database) {
        this.database = database;
    }

    /// A block that has been written to its place.
    record Written(Place place, LogBlock block) {}

    /// Enters blocks, all or none.
    void add(List<Written> blocks) {
        database.write(sql -> {
            for (Written written : blocks) {
                add(sql, written);
            }
            return blocks.size();
        });
    }

    private static void add(Sql sql, Written written) throws SQLException {
        LogBlock block = written.block();
        LogStreamName name = block.stream();
        Place place = written.place();
        long ingested = block.lastIngestedMillis();
        long created = block.events().getFirst().ingestedMillis();
        long group = id(sql, """
                INSERT INTO log_group (account, region, name, created_millis, stored_bytes) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET stored_bytes = stored_bytes + excluded.stored_bytes RETURNING id
                """, name.account(), name.region(), name.group(), created, place.length());
        long stream = id(sql, """
                INSERT INTO log_stream (group_id, name, created_millis, first_event_millis, last_event_millis,
                    last_ingested_millis) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET first_event_millis = min(first_event_millis, excluded.first_event_millis),
                    last_event_millis = max(last_event_millis, excluded.last_event_millis),
                    last_ingested_millis = max(last_ingested_millis, excluded.last_ingested_millis) RETURNING id
                """, group, name.stream(), created, block.firstMillis(), block.lastMillis(), ingested);
        sql.update(
                "INSERT INTO log_block (segment, offset, length, group_id, stream_id, last_millis)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                place.segment(),
                place.offset(),
                place.length(),
                group,
                stream,
                block.lastMillis());
        sql.update(
                """
                INSERT INTO log_segment (segment, length, next_sequence) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET length = excluded.length, next_sequence = excluded.next_sequence
                """,
                place.segment(),
                place.end(),
                block.firstSequence() + block.events().size());
    }

    private static long id(Sql sql, String statement, Object... parameters) throws SQLException {
        return sql.query(statement, row -> row.getLong(1), parameters).getFirst();
    }

    /// How long each segment is as far as it has been entered.
    Map<Long, Long> segments() {
        return database.read(sql -> {
            var lengths = new TreeMap<Long, Long>();
            sql.query("SELECT segment, length FROM log_segment", row -> lengths.put(row.getLong(1), row.getLong(2)));
            return lengths;
        });
    }

    /// The sequence of the next event.
    long nextSequence() {
        return database.read(sql -> sql.find("SELECT max(next_sequence) FROM log_segment", row -> row.getLong(1))
                .filter(next -> next > 0)
                .orElse(1L));
    }

    /// Forgets the blocks of a segment that end after `length`: the file does not hold them.
    void cut(long segment, long length) {
        database.write(sql -> {
            sql.update("DELETE FROM log_block WHERE segment = ? AND offset + length > ?", segment, length);
            return sql.update("UPDATE log_segment SET length = min(length, ?) WHERE segment = ?", length, segment);
        });
    }
}
