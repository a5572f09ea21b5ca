package dev.boda.store;

import java.util.List;

/// The tables of [SqliteEventQueue].
///
/// An event's row is where it stands in line: those of a shard that wait, lane by lane, by their due times; beside
/// them those that are leased. What it carries never changes and is in a table of its own: moving the row costs the
/// same whatever the event carries, walking the rows reads none of it, and adding one touches few pages. A document
/// that took the place of the first one is in the row.
///
/// Leases are numbered by shard, not by event: an event that was removed and is added again gets other numbers.
///
/// `WITHOUT ROWID` is SQLite's way of keeping a table in the order of its key; all else is plain SQL.
final class EventSchema {

    private static final String FIRST = """
            CREATE TABLE event_shard (
                shard             SMALLINT NOT NULL PRIMARY KEY,
                owner             TEXT     NOT NULL,
                epoch             BIGINT   NOT NULL,
                held_until_millis BIGINT   NOT NULL,
                leases            BIGINT   NOT NULL
            ) WITHOUT ROWID;
            INSERT INTO event_shard (shard, owner, epoch, held_until_millis, leases)
                WITH RECURSIVE numbered (shard) AS (
                    SELECT 0 UNION ALL SELECT shard + 1 FROM numbered WHERE shard < 63
                )
                SELECT shard, '', 0, 0, 0 FROM numbered;
            CREATE TABLE event (
                shard               SMALLINT NOT NULL,
                leased              SMALLINT NOT NULL,
                lane                TEXT     NOT NULL,
                due_millis          BIGINT   NOT NULL,
                id                  TEXT     NOT NULL,
                lease               BIGINT   NOT NULL,
                leased_until_millis BIGINT   NOT NULL,
                document            TEXT,
                PRIMARY KEY (shard, leased, lane, due_millis, id)
            ) WITHOUT ROWID;
            CREATE INDEX event_leased ON event (shard, leased_until_millis) WHERE leased = 1;
            CREATE TABLE event_content (
                id       TEXT NOT NULL PRIMARY KEY,
                document TEXT NOT NULL,
                payload  BLOB NOT NULL
            );
            """;

    static final List<String> MIGRATIONS = List.of(FIRST);

    private EventSchema() {}
}
