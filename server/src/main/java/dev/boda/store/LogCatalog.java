package dev.boda.store;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/// Makes, changes and removes log groups and streams. What a method returned from is durable.
public final class LogCatalog {

    private final Database database;
    private final LogIndex index;
    private final LogRemoval removal;

    LogCatalog(Database database, LogIndex index, LogRemoval removal) {
        this.database = database;
        this.index = index;
        this.removal = removal;
    }

    /// What came of a request to tag a group.
    public enum Tagging {
        DONE,
        NO_GROUP,
        TOO_MANY
    }

    /// Makes a group; false if there is one of that name.
    public boolean createGroup(
            String account, String region, String name, long createdMillis, Map<String, String> tags) {
        return database.write(sql -> {
            int made = sql.update("""
                    INSERT INTO log_group (account, region, name, created_millis, stored_bytes, retention_days)
                    VALUES (?, ?, ?, ?, 0, 0) ON CONFLICT DO NOTHING
                    """, account, region, name, createdMillis);
            if (made == 0) {
                return false;
            }
            long id = sql.find("SELECT last_insert_rowid()", row -> row.getLong(1))
                    .orElseThrow();
            for (var tag : tags.entrySet()) {
                sql.update(
                        "INSERT INTO log_tag (group_id, key, value) VALUES (?, ?, ?)",
                        id,
                        tag.getKey(),
                        tag.getValue());
            }
            return true;
        });
    }

    /// Removes a group with all that is in it; false if it is gone already.
    public boolean deleteGroup(LogGroup group) {
        index.forgetIds();
        return removal.deleteGroup(group.id());
    }

    /// Removes every group, of every account and region, with all that is in it.
    ///
    /// @return how many there were
    public int deleteEveryGroup() {
        index.forgetIds();
        return removal.deleteEveryGroup();
    }

    /// Makes a stream without events; false if there is one of that name.
    public boolean createStream(LogGroup group, String name, long createdMillis) {
        return database.write(sql -> sql.update("""
                        INSERT INTO log_stream (group_id, name, created_millis, first_event_millis, last_event_millis,
                            last_ingested_millis) VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING
                        """, group.id(), name, createdMillis) > 0);
    }

    /// Removes a stream with its events; false if it is gone already.
    public boolean deleteStream(LogStream stream) {
        index.forgetIds();
        return removal.deleteStream(stream.id());
    }

    /// Lets events of a group expire; false if it is gone.
    ///
    /// @param days 0 for never
    public boolean retain(LogGroup group, int days) {
        return database.write(
                sql -> sql.update("UPDATE log_group SET retention_days = ? WHERE id = ?", days, group.id()) > 0);
    }

    /// A group's tags, by their keys.
    public Map<String, String> tags(LogGroup group) {
        return database.read(sql -> {
            var tags = new TreeMap<String, String>();
            sql.query(
                    "SELECT key, value FROM log_tag WHERE group_id = ?",
                    row -> tags.put(row.getString(1), row.getString(2)),
                    group.id());
            return tags;
        });
    }

    /// Adds tags to a group, or gives them new values; all or none.
    ///
    /// @param most a group may have
    public Tagging tag(LogGroup group, Map<String, String> tags, int most) {
        try {
            return database.write(sql -> {
                if (sql.find("SELECT 1 FROM log_group WHERE id = ?", row -> row.getLong(1), group.id())
                        .isEmpty()) {
                    return Tagging.NO_GROUP;
                }
                for (var tag : tags.entrySet()) {
                    sql.update("""
                            INSERT INTO log_tag (group_id, key, value) VALUES (?, ?, ?)
                            ON CONFLICT DO UPDATE SET value = excluded.value
                            """, group.id(), tag.getKey(), tag.getValue());
                }
                long count = sql.find(
                                "SELECT count(*) FROM log_tag WHERE group_id = ?", row -> row.getLong(1), group.id())
                        .orElse(0L);
                if (count > most) {
                    throw new TooManyTags();
                }
                return Tagging.DONE;
            });
        } catch (TooManyTags _) {
            return Tagging.TOO_MANY;
        }
    }

    /// Takes back what was done of a tagging.
    private static final class TooManyTags extends IllegalArgumentException {}

    /// Takes tags from a group, as far as it has them; says how many.
    public int untag(LogGroup group, Collection<String> keys) {
        return database.<Integer>write(sql -> {
            int removed = 0;
            for (String key : keys) {
                removed += sql.update("DELETE FROM log_tag WHERE group_id = ? AND key = ?", group.id(), key);
            }
            return removed;
        });
    }
}
