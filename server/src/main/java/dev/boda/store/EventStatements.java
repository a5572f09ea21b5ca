package dev.boda.store;

import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.EventQueue.WaitingLane;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The statements of [SqliteEventQueue], each in a transaction of its caller. Each goes to its rows by a key or an
/// index: none costs more when more events wait.
final class EventStatements {

    /// Changes nothing. Whether it finds its row says whether the shard is held; a database with several writers
    /// also keeps others from taking the shard before the transaction ends, as the row is locked.
    static final String HOLD = """
            UPDATE event_shard SET epoch = epoch
            WHERE shard = ? AND owner = ? AND epoch = ? AND held_until_millis > ?
            """;

    static final String IS_HELD =
            "SELECT 1 FROM event_shard WHERE shard = ? AND owner = ? AND epoch = ? AND held_until_millis > ?";

    static final String KEEP = "UPDATE event_shard SET held_until_millis = ? WHERE owner = ? AND held_until_millis > ?";
    static final String TAKE = """
            UPDATE event_shard SET owner = ?, epoch = epoch + 1, held_until_millis = ? WHERE held_until_millis <= ?
            """;
    static final String FREE = "UPDATE event_shard SET owner = '', held_until_millis = 0 WHERE shard = ?";
    static final String FREE_ALL = "UPDATE event_shard SET owner = '', held_until_millis = 0";
    static final String HELD =
            "SELECT shard, epoch FROM event_shard WHERE owner = ? AND held_until_millis > ? ORDER BY shard";

    /// Of shards that nobody holds: what is leased in them waits again.
    static final String BRING_BACK_FREE = """
            UPDATE event SET leased = 0 WHERE leased = 1
            AND shard IN (SELECT shard FROM event_shard WHERE held_until_millis <= ?)
            """;

    static final String HAS_LAPSED =
            "SELECT 1 FROM event WHERE shard = ? AND leased = 1 AND leased_until_millis <= ? LIMIT 1";
    static final String BRING_BACK_LAPSED =
            "UPDATE event SET leased = 0 WHERE shard = ? AND leased = 1 AND leased_until_millis <= ?";

    static final String ADD_CONTENT =
            "INSERT INTO event_content (id, document, payload) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    static final String ADD = """
            INSERT INTO event (shard, leased, lane, due_millis, id, lease, leased_until_millis)
            VALUES (?, 0, ?, ?, ?, 0, 0)
            """;

    /// Steps from each lane to the next one by the key, over all that waits in between.
    static final String LANES = """
            WITH RECURSIVE step (lane) AS (
                SELECT (SELECT lane FROM event WHERE shard = ? AND leased = 0 ORDER BY lane LIMIT 1)
                UNION ALL
                SELECT (SELECT lane FROM event WHERE shard = ? AND leased = 0 AND lane > step.lane
                        ORDER BY lane LIMIT 1)
                FROM step WHERE step.lane IS NOT NULL
            )
            SELECT lane, (SELECT due_millis FROM event WHERE shard = ? AND leased = 0 AND lane = step.lane
                          ORDER BY due_millis LIMIT 1)
            FROM step WHERE lane IS NOT NULL
            """;

    static final String LEASE = """
            UPDATE event SET leased = 1, leased_until_millis = ?,
                lease = (SELECT leases + 1 FROM event_shard WHERE event_shard.shard = event.shard)
            WHERE shard = ? AND leased = 0 AND lane = ? AND (due_millis, id) IN (
                SELECT due_millis, id FROM event WHERE shard = ? AND leased = 0 AND lane = ? AND due_millis <= ?
                ORDER BY due_millis, id LIMIT ?)
            RETURNING id, due_millis, document, lease
            """;

    static final String COUNT_LEASE = "UPDATE event_shard SET leases = leases + 1 WHERE shard = ?";

    static final String NEXT_DUE =
            "SELECT due_millis FROM event WHERE shard = ? AND leased = 0 AND lane = ? ORDER BY due_millis LIMIT 1";

    static final String CONTENT = "SELECT document, payload FROM event_content WHERE id = ?";

    private static final String IS_LEASED = """
             WHERE shard = ? AND leased = 1 AND lane = ? AND due_millis = ? AND id = ?
            AND lease = ? AND leased_until_millis > ?
            """;
    static final String EXTEND = "UPDATE event SET leased_until_millis = ?" + IS_LEASED;
    static final String END = "DELETE FROM event" + IS_LEASED;
    static final String AGAIN = "UPDATE event SET leased = 0, due_millis = ?, document = ?" + IS_LEASED;
    static final String REMOVE_CONTENT = "DELETE FROM event_content WHERE id = ?";

    /// A piece of a lane, waiting or leased.
    static final String REMOVE_FROM_LANE = """
            DELETE FROM event WHERE shard = ? AND leased = ? AND lane = ? AND (due_millis, id) IN (
                SELECT due_millis, id FROM event WHERE shard = ? AND leased = ? AND lane = ?
                ORDER BY due_millis, id LIMIT ?)
            RETURNING id
            """;

    static final String COUNT = "SELECT shard, count(*) FROM event GROUP BY shard";

    private EventStatements() {}

    /// @return false if there is one of its id already
    static boolean add(Sql sql, int shard, QueuedEvent event) throws SQLException {
        return sql.update(ADD_CONTENT, event.id(), event.document(), event.payload()) == 1
                && sql.update(ADD, shard, event.lane(), event.due(), event.id()) == 1;
    }

    static boolean hold(Sql sql, ShardLease shard, long now) throws SQLException {
        return sql.update(HOLD, shard.shard(), shard.owner(), shard.epoch(), now) == 1;
    }

    static boolean isHeld(Sql sql, ShardLease shard, long now) throws SQLException {
        return sql.find(IS_HELD, row -> true, shard.shard(), shard.owner(), shard.epoch(), now)
                .isPresent();
    }

    static List<ShardLease> claim(Sql sql, String owner, long now, long until) throws SQLException {
        sql.update(KEEP, until, owner, now);
        sql.update(BRING_BACK_FREE, now);
        sql.update(TAKE, owner, until, now);
        return sql.query(HELD, row -> new ShardLease(row.getInt(1), owner, row.getLong(2)), owner, now);
    }

    /// What is leased in it waits again as soon as somebody claims it.
    static int free(Sql sql, ShardLease shard) throws SQLException {
        return sql.update(FREE, shard.shard());
    }

    static boolean hasLapsed(Sql sql, int shard, long now) throws SQLException {
        return sql.find(HAS_LAPSED, row -> true, shard, now).isPresent();
    }

    /// What was leased for too long waits again.
    static void bringBack(Sql sql, int shard, long now) throws SQLException {
        sql.update(BRING_BACK_LAPSED, shard, now);
    }

    static List<WaitingLane> lanes(Sql sql, int shard) throws SQLException {
        return sql.query(LANES, row -> new WaitingLane(row.getString(1), row.getLong(2)), shard, shard, shard);
    }

    /// Where a leased event stands.
    ///
    /// @param document that took the place of its first one; null if none did
    record Place(String id, String lane, long due, @Nullable String document, long lease) {}

    /// In no order.
    static List<Place> lease(Sql sql, int shard, String lane, int most, long now, long until) throws SQLException {
        var leased = sql.query(
                LEASE,
                row -> new Place(row.getString(1), lane, row.getLong(2), row.getString(3), row.getLong(4)),
                until,
                shard,
                lane,
                shard,
                lane,
                now,
                most);
        if (!leased.isEmpty()) {
            sql.update(COUNT_LEASE, shard);
        }
        return leased;
    }

    /// When the lane's next event is due that nobody leases.
    static OptionalLong nextDue(Sql sql, int shard, String lane) throws SQLException {
        return sql.find(NEXT_DUE, row -> row.getLong(1), shard, lane)
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    /// The event that stands there, if it was not removed meanwhile.
    static Optional<LeasedEvent> event(Sql sql, Place place) throws SQLException {
        return sql.find(
                CONTENT,
                row -> new LeasedEvent(
                        place.id(),
                        place.lane(),
                        place.due(),
                        Objects.requireNonNullElse(place.document(), row.getString(1)),
                        row.getBytes(2),
                        place.lease()),
                place.id());
    }

    static boolean extend(Sql sql, int shard, LeasedEvent event, long now, long until) throws SQLException {
        return sql.update(EXTEND, until, shard, event.lane(), event.due(), event.id(), event.lease(), now) == 1;
    }

    static boolean end(Sql sql, int shard, LeasedEvent event, long now) throws SQLException {
        return sql.update(END, shard, event.lane(), event.due(), event.id(), event.lease(), now) == 1
                && sql.update(REMOVE_CONTENT, event.id()) == 1;
    }

    static boolean again(Sql sql, int shard, LeasedEvent event, long due, String document, long now)
            throws SQLException {
        return sql.update(AGAIN, due, document, shard, event.lane(), event.due(), event.id(), event.lease(), now) == 1;
    }

    /// Removes at most `most` events of a lane, leased or not, and says how many there were.
    static int removeFromLane(Sql sql, int shard, String lane, int most) throws SQLException {
        int removed = 0;
        for (int leased = 0; leased <= 1; leased++) {
            var ids = sql.query(
                    REMOVE_FROM_LANE,
                    row -> row.getString(1),
                    shard,
                    leased,
                    lane,
                    shard,
                    leased,
                    lane,
                    most - removed);
            for (String id : ids) {
                sql.update(REMOVE_CONTENT, id);
            }
            removed += ids.size();
        }
        return removed;
    }

    /// Removes all events, and says how many each shard had.
    static Map<Integer, Integer> clear(Sql sql) throws SQLException {
        var counts = count(sql);
        sql.update("DELETE FROM event");
        sql.update("DELETE FROM event_content");
        return counts;
    }

    /// How many events each shard has; shards that have none are missing. Reads no payloads.
    static Map<Integer, Integer> count(Sql sql) throws SQLException {
        Map<Integer, Integer> counts = new HashMap<>();
        sql.query(COUNT, row -> counts.put(row.getInt(1), row.getInt(2)));
        return counts;
    }
}
