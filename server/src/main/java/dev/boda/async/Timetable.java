package dev.boda.async;

import dev.boda.engine.EngineClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// When to look at which lane next, and how many of its events run. Part of [EventDispatcher], whose lock guards it.
final class Timetable {

    /// How many events a lane that is new may have at once.
    private static final int FIRST_ROOM = 8;

    private final int most;
    private final Map<Key, Lane> lanes = new HashMap<>();
    private final TreeSet<Entry> due = new TreeSet<>();
    private long entries;

    /// @param most events of a lane at once
    Timetable(int most) {
        this.most = most;
    }

    /// A lane in a shard.
    record Key(int shard, String lane) {}

    /// Somebody is to look.
    ///
    /// @param room for so many more events
    record Look(Key key, int room) {}

    /// How an event's run ended.
    enum Result {
        /// The function ran.
        RUN,
        /// It could not.
        REFUSED,
        /// Nobody knows.
        NOTHING
    }

    private record Entry(long nanos, long number, Lane lane) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            return nanos != other.nanos ? Long.compare(nanos, other.nanos) : Long.compare(number, other.number);
        }
    }

    private static final class Lane {

        private final Key key;
        /// When the next event is due, as far as one knows.
        private long next = EngineClock.NEVER;

        private int room = FIRST_ROOM;
        private int running;
        private boolean looking;
        private @Nullable Entry entry;

        private Lane(Key key) {
            this.key = key;
        }

        private boolean isIdle() {
            return running == 0 && !looking && next == EngineClock.NEVER;
        }
    }

    /// An event of the lane is due then.
    void expect(Key key, long nanos) {
        var lane = lanes.computeIfAbsent(key, Lane::new);
        if (nanos < lane.next) {
            lane.next = nanos;
            arrange(lane);
        }
    }

    /// A lane that is due and has room; null if there is none.
    @Nullable
    Look takeDue(long now) {
        if (due.isEmpty() || due.first().nanos > now) {
            return null;
        }
        var lane = due.first().lane;
        lane.looking = true;
        lane.next = EngineClock.NEVER;
        arrange(lane);
        return new Look(lane.key, lane.room - lane.running);
    }

    /// When the next lane is due.
    long next() {
        return due.isEmpty() ? EngineClock.NEVER : due.first().nanos;
    }

    /// Somebody has looked.
    ///
    /// @param found so many events, which run now
    /// @param next  when the next one is due
    void looked(Key key, int found, long next) {
        var lane = lanes.get(key);
        if (lane != null) {
            lane.looking = false;
            lane.running += found;
            lane.next = Math.min(lane.next, next);
            settle(lane);
        }
    }

    /// An event's run has ended.
    void ended(Key key, Result result) {
        var lane = lanes.get(key);
        if (lane == null) {
            return;
        }
        lane.running--;
        lane.room = switch (result) {
            case RUN -> Math.min(most, lane.room + 1);
            case REFUSED -> Math.max(1, lane.room / 2);
            case NOTHING -> lane.room;
        };
        settle(lane);
    }

    void forget(Key key) {
        var lane = lanes.remove(key);
        if (lane != null && lane.entry != null) {
            due.remove(lane.entry);
        }
    }

    /// Forgets the lanes of all other shards.
    void keep(Set<Integer> shards) {
        var others = lanes.keySet().stream()
                .filter(key -> !shards.contains(key.shard))
                .toList();
        others.forEach(this::forget);
    }

    private void settle(Lane lane) {
        if (lane.isIdle()) {
            forget(lane.key);
        } else {
            arrange(lane);
        }
    }

    /// Puts the lane where it belongs: nowhere while somebody looks, or while it has no room.
    private void arrange(Lane lane) {
        if (lane.entry != null) {
            due.remove(lane.entry);
            lane.entry = null;
        }
        if (!lane.looking && lane.running < lane.room && lane.next != EngineClock.NEVER) {
            lane.entry = new Entry(lane.next, entries++, lane);
            due.add(lane.entry);
        }
    }
}
