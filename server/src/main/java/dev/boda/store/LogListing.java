package dev.boda.store;

import dev.boda.store.LogSegments.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds groups, streams and blocks in the [LogIndex].
final class LogListing {

    private static final String STREAM =
            "SELECT id, name, created_millis, first_event_millis, last_event_millis, last_ingested_millis"
                    + " FROM log_stream WHERE group_id = ?";

    private final Database database;

    LogListing(Database database) {
        this.database = database;
    }

    /// Where a block stands, whose it is, and when its last event was.
    record Found(Place place, String stream, long lastMillis) {}

    /// Groups in the order of their names.
    List<LogGroup> groups(LogGroupQuery query) {
        return database.read(sql -> sql.query(
                """
                SELECT id, name, created_millis, stored_bytes, retention_days FROM log_group
                WHERE account = ? AND region = ? AND name >= ? AND name > ? AND substr(name, 1, length(?)) = ?
                    AND (? = '' OR instr(name, ?) > 0)
                ORDER BY name LIMIT ?
                """,
                LogListing::group,
                query.account(),
                query.region(),
                query.prefix(),
                query.after(),
                query.prefix(),
                query.prefix(),
                query.part(),
                query.part(),
                query.limit()));
    }

    Optional<LogGroup> findGroup(String account, String region, String name) {
        return database.read(sql -> sql.find(
                "SELECT id, name, created_millis, stored_bytes, retention_days FROM log_group"
                        + " WHERE account = ? AND region = ? AND name = ?",
                LogListing::group,
                account,
                region,
                name));
    }

    private static LogGroup group(ResultSet row) throws SQLException {
        return new LogGroup(row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getInt(5));
    }

    /// Streams of a group as `query` says.
    List<LogStream> streams(LogStreamQuery query) {
        boolean byTime = query.byTime();
        String order = query.descending() ? "DESC" : "ASC";
        String beyond = query.descending() ? "<" : ">";
        String key = byTime ? "(last_event_millis, name)" : "(0, name)";
        LogStreamQuery.After after = query.after();
        return database.read(sql -> sql.query(
                STREAM + " AND substr(name, 1, length(?)) = ?"
                        + " AND (? OR " + key + " " + beyond + " (?, ?))"
                        + " ORDER BY " + (byTime ? "last_event_millis " + order + ", " : "") + "name " + order
                        + " LIMIT ?",
                LogListing::stream,
                query.group().id(),
                query.prefix(),
                query.prefix(),
                after == null,
                after == null || !byTime ? 0 : after.lastEventMillis(),
                after == null ? "" : after.name(),
                query.limit()));
    }

    Optional<LogStream> findStream(LogGroup group, String name) {
        return database.read(sql -> sql.find(STREAM + " AND name = ?", LogListing::stream, group.id(), name));
    }

    private static LogStream stream(ResultSet row) throws SQLException {
        return new LogStream(
                row.getLong(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6));
    }

    /// The next blocks that may hold events of `query`, in the order of their last event, or against it.
    ///
    /// @param after the last one found so far
    List<Found> blocks(LogQuery query, @Nullable Found after, int limit) {
        String order = query.forward() ? "ASC" : "DESC";
        LogStream stream = query.stream();
        return database.read(sql -> sql.query(
                "SELECT b.segment, b.offset, b.length, s.name, b.last_millis FROM log_block b"
                        + " JOIN log_stream s ON s.id = b.stream_id AND s.group_id = ? WHERE "
                        + (stream == null ? "b.group_id" : "b.stream_id") + " = ?"
                        + " AND b.last_millis >= ? AND b.last_millis <= ?"
                        + " AND (? OR (b.last_millis, b.segment, b.offset) " + (query.forward() ? ">" : "<")
                        + " (?, ?, ?)) ORDER BY b.last_millis " + order + ", b.segment " + order + ", b.offset "
                        + order + " LIMIT ?",
                LogListing::found,
                query.group().id(),
                stream == null ? query.group().id() : stream.id(),
                query.from().timestampMillis(),
                latest(query.to()),
                after == null,
                after == null ? 0 : after.lastMillis(),
                after == null ? 0 : after.place().segment(),
                after == null ? 0 : after.place().offset(),
                limit));
    }

    /// Where blocks of a segment stand, the first ones.
    List<Place> places(long segment, int limit) {
        return database.read(sql -> sql.query(
                "SELECT segment, offset, length FROM log_block WHERE segment = ? ORDER BY offset LIMIT ?",
                row -> new Place(row.getLong(1), row.getLong(2), row.getInt(3)),
                segment,
                limit));
    }

    /// When a block that holds an event before `to` ends at the latest.
    private static long latest(LogPosition to) {
        long millis = to.timestampMillis();
        return millis > Long.MAX_VALUE - LogBlock.LONGEST_MILLIS ? Long.MAX_VALUE : millis + LogBlock.LONGEST_MILLIS;
    }

    private static Found found(ResultSet row) throws SQLException {
        var place = new Place(row.getLong(1), row.getLong(2), row.getInt(3));
        return new Found(place, row.getString(4), row.getLong(5));
    }
}
