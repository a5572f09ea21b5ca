package dev.boda.async;

import dev.boda.engine.EngineClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// When to look at which lane next, and how many of its events run. Part of [EventDispatcher], whose lock guards it.
///
/// A lane is in two shards, each of which is looked at by itself; how many may run is counted for both together.
final class Timetable {

    /// How many events a lane that is new may have at once.
    private static final int FIRST_ROOM = 8;

    /// How long nobody looks when one was refused while none ran, whose end would tell that there is room; twice as
    /// long each time.
    static final Duration FIRST_REST = Duration.ofMillis(50);

    static final Duration LONGEST_REST = Duration.ofSeconds(1);

    private final int most;
    private final Map<Key, Lane> lanes = new HashMap<>();
    private final Map<String, Pace> paces = new HashMap<>();
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

    /// How many events of a lane may run, whatever shards they are in.
    private static final class Pace {

        private final List<Lane> lanes = new ArrayList<>(2);
        private int room = FIRST_ROOM;

        /// Those that somebody looks for are counted.
        private int taken;

        private long rest;
        private long restsUntil = Long.MIN_VALUE;

        private int free() {
            return room - taken;
        }
    }

    private static final class Lane {

        private final Key key;
        private final Pace pace;
        /// When the next event is due, as far as one knows.
        private long next = EngineClock.NEVER;

        private int running;
        /// How many events somebody looks for.
        private int sought;

        private @Nullable Entry entry;

        private Lane(Key key, Pace pace) {
            this.key = key;
            this.pace = pace;
            pace.lanes.add(this);
        }

        private boolean isIdle() {
            return running == 0 && sought == 0 && next == EngineClock.NEVER;
        }
    }

    /// An event of the lane is due then.
    void expect(Key key, long nanos) {
        var lane = lanes.computeIfAbsent(key, its -> new Lane(its, paces.computeIfAbsent(its.lane, _ -> new Pace())));
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
        lane.sought = lane.pace.free();
        lane.pace.taken += lane.sought;
        lane.next = EngineClock.NEVER;
        lane.pace.lanes.forEach(this::arrange);
        return new Look(lane.key, lane.sought);
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
            lane.pace.taken += found - lane.sought;
            lane.sought = 0;
            lane.running += found;
            lane.next = Math.min(lane.next, next);
            settle(lane);
        }
    }

    /// An event's run has ended.
    void ended(Key key, Result result, long now) {
        var lane = lanes.get(key);
        if (lane == null || lane.running == 0) {
            // Forgotten meanwhile.
            return;
        }
        lane.running--;
        var pace = lane.pace;
        pace.taken--;
        switch (result) {
            case RUN -> {
                pace.room = Math.min(most, pace.room + 1);
                pace.rest = 0;
                pace.restsUntil = Long.MIN_VALUE;
            }
            case REFUSED -> {
                pace.room = Math.max(1, pace.room / 2);
                if (pace.taken == 0) {
                    pace.rest = Math.clamp(pace.rest * 2, FIRST_REST.toNanos(), LONGEST_REST.toNanos());
                    pace.restsUntil = now + pace.rest;
                }
            }
            case NOTHING -> {}
        }
        settle(lane);
    }

    void forget(Key key) {
        var lane = lanes.remove(key);
        if (lane == null) {
            return;
        }
        if (lane.entry != null) {
            due.remove(lane.entry);
        }
        lane.pace.taken -= lane.running + lane.sought;
        lane.pace.lanes.remove(lane);
        if (lane.pace.lanes.isEmpty()) {
            paces.remove(key.lane);
        } else {
            lane.pace.lanes.forEach(this::arrange);
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
            lane.pace.lanes.forEach(this::arrange);
        }
    }

    /// Puts the lane where it belongs: nowhere while somebody looks, or while it has no room.
    private void arrange(Lane lane) {
        if (lane.entry != null) {
            due.remove(lane.entry);
            lane.entry = null;
        }
        if (lane.sought == 0 && lane.pace.free() > 0 && lane.next != EngineClock.NEVER) {
            lane.entry = new Entry(Math.max(lane.next, lane.pace.restsUntil), entries++, lane);
            due.add(lane.entry);
        }
    }
}
