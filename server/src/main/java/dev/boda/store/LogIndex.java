package dev.boda.store;

import dev.boda.store.LogSegments.Place;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// In which blocks of the segments the events of which stream stand: a row a block. All of that can be found again in
/// the segments; which groups and streams were made or removed, a group's retention and its tags, cannot.
final class LogIndex {

    /// Most streams whose ids are remembered.
    private static final int REMEMBERED = 4_096;

    private static final String MAKE_GROUP = """
            INSERT INTO log_group (account, region, name, created_millis, stored_bytes, retention_days)
            VALUES (?, ?, ?, ?, 0, 0) ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id
            """;
    private static final String MAKE_STREAM = """
            INSERT INTO log_stream (group_id, name, created_millis, first_event_millis, last_event_millis,
                last_ingested_millis) VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT DO UPDATE SET name = excluded.name RETURNING id
            """;
    private static final String GROW_STREAM = """
            UPDATE log_stream SET
                first_event_millis = iif(last_ingested_millis = 0, ?, min(first_event_millis, ?)),
                last_event_millis = max(last_event_millis, ?),
                last_ingested_millis = max(last_ingested_millis, ?) WHERE id = ?
            """;
    private static final String ADD_BLOCK = """
            INSERT INTO log_block (segment, offset, length, group_id, stream_id, last_millis, counted_bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String GROW_SEGMENT = """
            INSERT INTO log_segment (segment, length, live_bytes, next_sequence, removed) VALUES (?, ?, ?, ?, 0)
            ON CONFLICT DO UPDATE SET length = max(length, excluded.length),
                live_bytes = live_bytes + excluded.live_bytes, next_sequence = max(next_sequence, excluded.next_sequence)
            """;

    private final Database database;
    /// Of the streams written lately. The writer's own; emptied when anything is removed or a write fails.
    private final Map<LogStreamName, Ids> remembered = new LinkedHashMap<>(16, 0.75f, true);

    LogIndex(Database database) {
        this.database = database;
    }

    private record Ids(long group, long stream) {}

    /// A block that has been written to its place.
    record Written(Place place, LogBlockFacts facts) {}

    /// What a segment has, as far as it has been entered.
    ///
    /// @param liveBytes of the blocks that nobody removed
    /// @param removed   its file goes, and its blocks with it
    record Segment(long number, long length, long liveBytes, boolean removed) {}

    /// Enters blocks, all or none. Groups and streams that there are not begin to exist.
    void add(List<Written> blocks) {
        boolean done = false;
        try {
            database.write(sql -> {
                enter(sql, blocks);
                return blocks.size();
            });
            done = true;
        } finally {
            if (!done) {
                forgetIds();
            }
        }
    }

    private void enter(Sql sql, List<Written> blocks) throws SQLException {
        Map<Long, Long> counted = new HashMap<>();
        Map<Long, long[]> segments = new TreeMap<>();
        for (Written written : blocks) {
            LogBlockFacts facts = written.facts();
            Place place = written.place();
            Ids ids = ids(sql, facts);
            sql.update(
                    GROW_STREAM,
                    facts.firstMillis(),
                    facts.firstMillis(),
                    facts.lastMillis(),
                    facts.lastIngestedMillis(),
                    ids.stream());
            sql.update(
                    ADD_BLOCK,
                    place.segment(),
                    place.offset(),
                    place.length(),
                    ids.group(),
                    ids.stream(),
                    facts.lastMillis(),
                    facts.countedBytes());
            counted.merge(ids.group(), facts.countedBytes(), Long::sum);
            long[] grown = segments.computeIfAbsent(place.segment(), _ -> new long[3]);
            grown[0] = place.end();
            grown[1] += place.length();
            grown[2] = facts.nextSequence();
        }
        for (var group : counted.entrySet()) {
            sql.update(
                    "UPDATE log_group SET stored_bytes = stored_bytes + ? WHERE id = ?",
                    group.getValue(),
                    group.getKey());
        }
        for (var segment : segments.entrySet()) {
            long[] grown = segment.getValue();
            sql.update(GROW_SEGMENT, segment.getKey(), grown[0], grown[1], grown[2]);
        }
    }

    private Ids ids(Sql sql, LogBlockFacts facts) throws SQLException {
        Ids known = remembered.get(facts.stream());
        if (known != null) {
            return known;
        }
        LogStreamName name = facts.stream();
        long created = facts.firstIngestedMillis();
        long group = id(sql, MAKE_GROUP, name.account(), name.region(), name.group(), created);
        var ids = new Ids(group, id(sql, MAKE_STREAM, group, name.stream(), created));
        remembered.put(name, ids);
        if (remembered.size() > REMEMBERED) {
            var eldest = remembered.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return ids;
    }

    private static long id(Sql sql, String statement, Object... parameters) throws SQLException {
        return sql.query(statement, row -> row.getLong(1), parameters).getFirst();
    }

    /// To be called when a group or a stream was removed.
    void forgetIds() {
        remembered.clear();
    }

    /// Blocks stand at new places, all or none. The old ones' space is dead.
    ///
    /// @param nextSequence of the next event; told to the segment that grows, since those before it may go
    void move(Map<Place, Place> places, long nextSequence) {
        database.write(sql -> {
            for (var move : places.entrySet()) {
                Place from = move.getKey();
                Place to = move.getValue();
                int moved = sql.update(
                        "UPDATE log_block SET segment = ?, offset = ? WHERE segment = ? AND offset = ?",
                        to.segment(),
                        to.offset(),
                        from.segment(),
                        from.offset());
                sql.update(
                        "UPDATE log_segment SET live_bytes = live_bytes - ? WHERE segment = ?",
                        moved * from.length(),
                        from.segment());
                sql.update(GROW_SEGMENT, to.segment(), to.end(), moved * to.length(), nextSequence);
            }
            return places.size();
        });
    }

    /// A new segment grows.
    void begin(long segment, long nextSequence) {
        database.write(sql -> sql.update(GROW_SEGMENT, segment, 0, 0, nextSequence));
    }

    /// All segments that have been entered, the oldest first.
    List<Segment> segments() {
        return database.read(sql -> sql.query(
                "SELECT segment, length, live_bytes, removed FROM log_segment ORDER BY segment",
                row -> new Segment(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4))));
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
            List<LogRemoval.Removed> piece;
            do {
                piece = LogRemoval.deleteBlocks(sql, "segment = ? AND offset + length > ?", segment, length);
            } while (!piece.isEmpty());
            return sql.update("UPDATE log_segment SET length = min(length, ?) WHERE segment = ?", length, segment);
        });
    }

    /// What the index occupies on disk, in bytes; what it could use again not counted.
    long bytes() {
        return database.read(
                sql -> pragma(sql, "page_size") * (pragma(sql, "page_count") - pragma(sql, "freelist_count")));
    }

    private static long pragma(Sql sql, String name) throws SQLException {
        return sql.find("PRAGMA " + name, row -> row.getLong(1)).orElse(0L);
    }
}
