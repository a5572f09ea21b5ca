package dev.boda.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes out of the [LogIndex] what was removed: blocks of a segment that is gone, of a group or a stream that was
/// deleted, and those that their group's retention lets expire. Each call does a bounded piece of it, so that the
/// writer of logs is not held up.
final class LogRemoval {

    /// Most blocks taken out at once.
    static final int PIECE = 1_000;

    static final String GROUP = "group";
    static final String STREAM = "stream";

    private static final long DAY_MILLIS = 24 * 60 * 60 * 1_000L;

    private final Database database;

    LogRemoval(Database database) {
        this.database = database;
    }

    /// A block that was taken out.
    record Removed(long segment, long length, long group, long stream, long countedBytes) {}

    private record Deleted(String kind, long id) {}

    /// Deletes a group: it is gone at once, its streams, blocks and tags follow in pieces. False if there is none.
    boolean deleteGroup(long id) {
        return database.write(sql -> {
            if (sql.update("DELETE FROM log_group WHERE id = ?", id) == 0) {
                return false;
            }
            return sql.update("INSERT INTO log_removed (kind, id) VALUES (?, ?)", GROUP, id) > 0;
        });
    }

    /// Deletes every group, as [#deleteGroup] does one; how many there were.
    int deleteEveryGroup() {
        return database.write(sql -> {
            sql.update("INSERT INTO log_removed (kind, id) SELECT ?, id FROM log_group", GROUP);
            return sql.update("DELETE FROM log_group");
        });
    }

    /// Deletes a stream: it is gone at once, its blocks follow in pieces. False if there is none.
    boolean deleteStream(long id) {
        return database.write(sql -> {
            if (sql.update("DELETE FROM log_stream WHERE id = ?", id) == 0) {
                return false;
            }
            return sql.update("INSERT INTO log_removed (kind, id) VALUES (?, ?)", STREAM, id) > 0;
        });
    }

    /// A segment goes: its file may be deleted now, its blocks follow in pieces.
    void removeSegment(long segment) {
        database.write(sql -> sql.update("UPDATE log_segment SET removed = 1 WHERE segment = ?", segment));
    }

    /// Takes out a piece of what was removed; whether there was any. A stream that loses its last block with a
    /// segment goes with it.
    boolean clean() {
        return database.write(sql -> cleanSegment(sql) || cleanDeleted(sql));
    }

    private static boolean cleanSegment(Sql sql) throws SQLException {
        Optional<Long> segment =
                sql.find("SELECT segment FROM log_segment WHERE removed = 1 LIMIT 1", row -> row.getLong(1));
        if (segment.isEmpty()) {
            return false;
        }
        List<Removed> blocks = deleteBlocks(sql, "segment = ?", segment.get());
        Set<Long> streams = new HashSet<>();
        blocks.forEach(block -> streams.add(block.stream()));
        for (long stream : streams) {
            sql.update(
                    "DELETE FROM log_stream WHERE id = ? AND NOT EXISTS (SELECT 1 FROM log_block WHERE stream_id = ?)",
                    stream,
                    stream);
        }
        if (blocks.size() < PIECE) {
            sql.update("DELETE FROM log_segment WHERE segment = ?", segment.get());
        }
        return true;
    }

    private static boolean cleanDeleted(Sql sql) throws SQLException {
        Optional<Deleted> found = sql.find(
                "SELECT kind, id FROM log_removed LIMIT 1", row -> new Deleted(row.getString(1), row.getLong(2)));
        if (found.isEmpty()) {
            return false;
        }
        Deleted deleted = found.get();
        boolean group = deleted.kind().equals(GROUP);
        int gone = deleteBlocks(sql, (group ? "group_id" : "stream_id") + " = ?", deleted.id())
                .size();
        if (group) {
            gone += sql.update(
                    "DELETE FROM log_stream WHERE id IN (SELECT id FROM log_stream WHERE group_id = ? LIMIT ?)",
                    deleted.id(),
                    PIECE);
        }
        if (gone == 0) {
            sql.update("DELETE FROM log_tag WHERE group_id = ?", group ? deleted.id() : 0);
            sql.update("DELETE FROM log_removed WHERE kind = ? AND id = ?", deleted.kind(), deleted.id());
        }
        return true;
    }

    /// Takes out blocks that are lost.
    void forget(List<LogSegments.Place> blocks) {
        database.write(sql -> {
            for (LogSegments.Place block : blocks) {
                deleteBlocks(sql, "segment = ? AND offset = ?", block.segment(), block.offset());
            }
            return blocks.size();
        });
    }

    /// Takes out a piece of what has expired at `nowMillis`; whether there was any.
    boolean expire(long nowMillis) {
        return database.write(sql -> {
            var cuts = new HashMap<Long, Long>();
            sql.query(
                    "SELECT id, retention_days FROM log_group WHERE retention_days > 0",
                    row -> cuts.put(row.getLong(1), nowMillis - row.getLong(2) * DAY_MILLIS));
            for (var cut : cuts.entrySet()) {
                if (!deleteBlocks(sql, "group_id = ? AND last_millis < ?", cut.getKey(), cut.getValue())
                        .isEmpty()) {
                    return true;
                }
            }
            return false;
        });
    }

    /// Deletes at most [#PIECE] blocks and takes them out of the sums of their segment and group.
    static List<Removed> deleteBlocks(Sql sql, String which, Object... parameters) throws SQLException {
        List<Removed> blocks = sql.query(
                "DELETE FROM log_block WHERE (segment, offset) IN (SELECT segment, offset FROM log_block WHERE " + which
                        + " LIMIT " + PIECE + ") RETURNING segment, length, group_id, stream_id, counted_bytes",
                row -> new Removed(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
                parameters);
        Map<Long, Long> segments = new HashMap<>();
        Map<Long, Long> groups = new HashMap<>();
        for (Removed block : blocks) {
            segments.merge(block.segment(), block.length(), Long::sum);
            groups.merge(block.group(), block.countedBytes(), Long::sum);
        }
        for (var segment : segments.entrySet()) {
            sql.update(
                    "UPDATE log_segment SET live_bytes = live_bytes - ? WHERE segment = ?",
                    segment.getValue(),
                    segment.getKey());
        }
        for (var group : groups.entrySet()) {
            sql.update(
                    "UPDATE log_group SET stored_bytes = stored_bytes - ? WHERE id = ?",
                    group.getValue(),
                    group.getKey());
        }
        return new ArrayList<>(blocks);
    }
}
