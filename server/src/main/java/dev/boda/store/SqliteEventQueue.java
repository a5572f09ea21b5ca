package dev.boda.store;

import dev.boda.store.EventStatements.Place;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// An event queue in one SQLite file. What comes at the same time is committed together ([Database]).
///
/// Whether a shard is held is asked in the transaction of what is done with it, at the time when that runs, not when it
/// was asked for ([decision 19](docs/decisions/0019-who-runs-an-event.md)).
public final class SqliteEventQueue implements EventQueue {

    /// The schema of a database that holds an event queue and nothing else.
    public static final List<String> SCHEMA = EventSchema.MIGRATIONS;

    /// Most events of a lane removed at once: others' writes wait for it.
    static final int PIECE = 256;

    private final Database database;
    private final InstantSource clock;
    private final LaneShards shards = new LaneShards();

    private SqliteEventQueue(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// The queue in a database of this [#SCHEMA]; what is in it is counted.
    public static SqliteEventQueue open(Database database, InstantSource clock) {
        var queue = new SqliteEventQueue(database, clock);
        queue.shards.change(database.read(EventStatements::count));
        return queue;
    }

    /// Undoes the transaction it is thrown in.
    private static final class Lost extends IllegalStateException {

        private static final long serialVersionUID = 1;

        Lost(String message) {
            super(message);
        }

        static Lost shard(ShardLease shard) {
            return new Lost("Shard " + shard.shard() + " is not held under epoch " + shard.epoch() + " any more.");
        }

        static void unless(boolean leased, LeasedEvent event) {
            if (!leased) {
                throw new Lost("Lease " + event.lease() + " of the event " + event.id() + " is not valid any more.");
            }
        }

        LeaseLostException refusal() {
            return new LeaseLostException(String.valueOf(getMessage()));
        }
    }

    /// Frees every shard: whoever held one is dead, as nobody else can have the data directory open.
    public void freeAll() {
        database.write(sql -> sql.update(EventStatements.FREE_ALL));
    }

    private interface Held<T> {
        T run(Sql sql, long now) throws SQLException;
    }

    /// Does it if the shard is held, or nothing.
    private <T> T held(ShardLease shard, Held<T> work) throws LeaseLostException {
        try {
            return database.write(sql -> {
                long now = millis();
                if (!EventStatements.hold(sql, shard, now)) {
                    throw Lost.shard(shard);
                }
                return work.run(sql, now);
            });
        } catch (Lost e) {
            throw e.refusal();
        }
    }

    @Override
    public int add(QueuedEvent event) {
        int shard = shards.shorter(event.lane());
        if (database.write(sql -> EventStatements.add(sql, shard, event))) {
            shards.change(shard, 1);
        }
        return shard;
    }

    @Override
    public List<ShardLease> claim(String owner, Duration time) {
        return database.write(sql -> {
            long now = millis();
            return EventStatements.claim(sql, owner, now, now + time.toMillis());
        });
    }

    @Override
    public void release(ShardLease shard) throws LeaseLostException {
        held(shard, (sql, now) -> EventStatements.free(sql, shard));
    }

    @Override
    public List<WaitingLane> lanes(ShardLease shard) throws LeaseLostException {
        Optional<List<WaitingLane>> waiting;
        try {
            waiting = database.read(sql -> {
                long now = millis();
                if (!EventStatements.isHeld(sql, shard, now)) {
                    throw Lost.shard(shard);
                }
                return EventStatements.hasLapsed(sql, shard.shard(), now)
                        ? Optional.empty()
                        : Optional.of(EventStatements.lanes(sql, shard.shard()));
            });
        } catch (Lost e) {
            throw e.refusal();
        }
        if (waiting.isPresent()) {
            return waiting.get();
        }
        return held(shard, (sql, now) -> {
            EventStatements.bringBack(sql, shard.shard(), now);
            return EventStatements.lanes(sql, shard.shard());
        });
    }

    @Override
    public List<LeasedEvent> lease(ShardLease shard, String lane, int most, Duration time) throws LeaseLostException {
        List<Place> leased = held(shard, (sql, now) -> {
            EventStatements.bringBack(sql, shard.shard(), now);
            return EventStatements.lease(sql, shard.shard(), lane, most, now, now + time.toMillis());
        });
        return leased.isEmpty() ? List.of() : inOrder(leased);
    }

    @Override
    public OptionalLong nextDue(int shard, String lane) {
        return database.read(sql -> EventStatements.nextDue(sql, shard, lane));
    }

    /// What they carry is read beside the writer.
    private List<LeasedEvent> inOrder(List<Place> leased) {
        var ordered = new ArrayList<>(leased);
        ordered.sort(Comparator.comparingLong(Place::due).thenComparing(Place::id));
        return database.read(sql -> {
            var events = new ArrayList<LeasedEvent>(ordered.size());
            for (Place place : ordered) {
                EventStatements.event(sql, place).ifPresent(events::add);
            }
            return events;
        });
    }

    @Override
    public void extend(ShardLease shard, List<LeasedEvent> events, Duration time) throws LeaseLostException {
        held(shard, (sql, now) -> {
            for (LeasedEvent event : events) {
                Lost.unless(EventStatements.extend(sql, shard.shard(), event, now, now + time.toMillis()), event);
            }
            return events.size();
        });
    }

    @Override
    public void settle(ShardLease shard, List<Settlement> settlements) throws LeaseLostException {
        shards.change(held(shard, (sql, now) -> {
            Map<Integer, Integer> changes = new HashMap<>();
            for (Settlement settlement : settlements) {
                Lost.unless(settle(sql, shard.shard(), settlement, now, changes), settlement.event());
            }
            return changes;
        }));
    }

    private boolean settle(Sql sql, int shard, Settlement settlement, long now, Map<Integer, Integer> changes)
            throws SQLException {
        return switch (settlement) {
            case Settlement.Done(var event) -> end(sql, shard, event, now, changes);
            case Settlement.Replaced(var event, var by) ->
                end(sql, shard, event, now, changes) && addAll(sql, by, changes);
            case Settlement.Again(var event, var due, var document) ->
                EventStatements.again(sql, shard, event, due, document, now);
        };
    }

    private static boolean end(Sql sql, int shard, LeasedEvent event, long now, Map<Integer, Integer> changes)
            throws SQLException {
        changes.merge(shard, -1, Integer::sum);
        return EventStatements.end(sql, shard, event, now);
    }

    private boolean addAll(Sql sql, List<QueuedEvent> events, Map<Integer, Integer> changes) throws SQLException {
        for (QueuedEvent event : events) {
            int shard = shards.shorter(event.lane());
            if (EventStatements.add(sql, shard, event)) {
                changes.merge(shard, 1, Integer::sum);
            }
        }
        return true;
    }

    /// In pieces: if the store fails meanwhile, some are removed and some are not.
    @Override
    public int removeLane(String lane) {
        return removeLane(LaneShards.first(lane), lane) + removeLane(LaneShards.second(lane), lane);
    }

    private int removeLane(int shard, String lane) {
        int removed = 0;
        int piece;
        do {
            piece = database.write(sql -> EventStatements.removeFromLane(sql, shard, lane, PIECE));
            shards.change(shard, -piece);
            removed += piece;
        } while (piece == PIECE);
        return removed;
    }

    @Override
    public void clear() {
        Map<Integer, Integer> removed = database.write(EventStatements::clear);
        removed.forEach((shard, count) -> shards.change(shard, -count));
    }

    /// As far as this process has seen: others that add to the file and remove from it are not asked.
    @Override
    public long size() {
        return shards.length();
    }

    @Override
    public long millis() {
        return clock.millis();
    }
}
