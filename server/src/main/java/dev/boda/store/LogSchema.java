package dev.boda.store;

import java.util.List;

/// The tables of the [LogIndex].
final class LogSchema {

    private static final String FIRST = """
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
            """;

    /// Groups and streams exist by themselves and can be removed; what is removed at once by its row is cleaned up
    /// behind it, step by step (`log_removed`), so that ids are never used again. The first version's tables only
    /// said what the segments say: they are made anew from them.
    private static final String REMOVAL = """
            DROP TABLE log_block;
            DROP TABLE log_segment;
            DROP TABLE log_stream;
            DROP TABLE log_group;
            CREATE TABLE log_group (
                id             INTEGER PRIMARY KEY AUTOINCREMENT,
                account        TEXT NOT NULL,
                region         TEXT NOT NULL,
                name           TEXT NOT NULL,
                created_millis INTEGER NOT NULL,
                stored_bytes   INTEGER NOT NULL,
                retention_days INTEGER NOT NULL,
                UNIQUE (account, region, name)
            );
            CREATE TABLE log_tag (
                group_id INTEGER NOT NULL,
                key      TEXT NOT NULL,
                value    TEXT NOT NULL,
                PRIMARY KEY (group_id, key)
            ) WITHOUT ROWID;
            CREATE TABLE log_stream (
                id                   INTEGER PRIMARY KEY AUTOINCREMENT,
                group_id             INTEGER NOT NULL,
                name                 TEXT NOT NULL,
                created_millis       INTEGER NOT NULL,
                first_event_millis   INTEGER NOT NULL,
                last_event_millis    INTEGER NOT NULL,
                last_ingested_millis INTEGER NOT NULL,
                UNIQUE (group_id, name)
            );
            CREATE INDEX log_stream_by_time ON log_stream (group_id, last_event_millis, name);
            CREATE TABLE log_block (
                segment       INTEGER NOT NULL,
                offset        INTEGER NOT NULL,
                length        INTEGER NOT NULL,
                group_id      INTEGER NOT NULL,
                stream_id     INTEGER NOT NULL,
                last_millis   INTEGER NOT NULL,
                counted_bytes INTEGER NOT NULL,
                PRIMARY KEY (segment, offset)
            ) WITHOUT ROWID;
            CREATE INDEX log_block_by_group ON log_block (group_id, last_millis, segment, offset);
            CREATE INDEX log_block_by_stream ON log_block (stream_id, last_millis, segment, offset);
            CREATE TABLE log_segment (
                segment       INTEGER PRIMARY KEY,
                length        INTEGER NOT NULL,
                live_bytes    INTEGER NOT NULL,
                next_sequence INTEGER NOT NULL,
                removed       INTEGER NOT NULL
            );
            CREATE TABLE log_removed (
                kind TEXT NOT NULL,
                id   INTEGER NOT NULL,
                PRIMARY KEY (kind, id)
            ) WITHOUT ROWID;
            """;

    static final List<String> MIGRATIONS = List.of(FIRST, REMOVAL);

    private LogSchema() {}
}
