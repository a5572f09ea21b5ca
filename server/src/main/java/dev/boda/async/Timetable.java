package dev.boda.async;

import dev.boda.engine.EngineClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// When to look at which lane next, and how many of its events run. Part of [EventDispatcher], whose lock guards it.
///
/// A lane is in two shards, each of which is looked at by itself; how many may run is counted for both together
/// ([Pace]), and no lane gets more than it leaves to others.
final class Timetable {

    /// How often lanes get another room for which more is due than they have room for.
    static final Duration ADAPTATION = Duration.ofMillis(100);

    private final EngineClock clock;
    private final int most;
    private final Map<Key, Lane> lanes = new HashMap<>();
    private final Map<String, Both> paces = new HashMap<>();
    private final TreeSet<Entry> due = new TreeSet<>();
    private final Set<Both> full = new HashSet<>();
    private long entries;
    private int taken;
    private long nextAdaptation;

    /// @param most events at once, of all lanes
    Timetable(EngineClock clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    /// A lane in a shard.
    record Key(int shard, String lane) {}

    /// Somebody is to look.
    ///
    /// @param room       for so many more events
    /// @param generation of the lane's pace
    record Look(Lane lane, int room, int generation) {

        Key key() {
            return lane.key;
        }
    }

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

    /// What a lane has in both of its shards.
    private static final class Both {

        private final List<Lane> lanes = new ArrayList<>(2);
        private final Pace pace = new Pace();

        private boolean isDue(long now) {
            return lanes.stream().anyMatch(lane -> lane.sought > 0 || lane.next <= now);
        }
    }

    /// A lane as long as it is known; one that is known again is another.
    static final class Lane {

        private final Key key;
        private final Both both;
        /// When the next event is due, as far as one knows.
        private long next = EngineClock.NEVER;

        private int running;
        /// How many events somebody looks for.
        private int sought;

        private @Nullable Entry entry;
        private boolean forgotten;

        private Lane(Key key, Both both) {
            this.key = key;
            this.both = both;
            both.lanes.add(this);
        }

        private boolean isIdle() {
            return running == 0 && sought == 0 && next == EngineClock.NEVER;
        }
    }

    /// An event of the lane is due then.
    void expect(Key key, long nanos) {
        var lane = lanes.computeIfAbsent(key, its -> new Lane(its, paces.computeIfAbsent(its.lane, _ -> new Both())));
        if (nanos < lane.next) {
            lane.next = nanos;
            arrange(lane);
        }
    }

    /// A lane that is due and has room; null if there is none.
    @Nullable
    Look takeDue() {
        while (!due.isEmpty() && due.first().nanos <= clock.nanos()) {
            var lane = due.first().lane;
            int room = Math.min(lane.both.pace.free(), share(lane.both) - lane.both.pace.taken());
            if (room > 0) {
                lane.sought = room;
                take(lane, room);
                lane.next = EngineClock.NEVER;
                lane.both.lanes.forEach(this::arrange);
                return new Look(lane, room, lane.both.pace.generation());
            }
            withdraw(lane);
            full(lane.both);
        }
        return null;
    }

    /// How many a lane may have, as many as it leaves to others: of one that floods that is half of all, of two a third
    /// each.
    private int share(Both both) {
        return Math.max(1, (most - taken + both.pace.taken()) / 2);
    }

    private void take(Lane lane, int events) {
        lane.both.pace.take(events);
        taken += events;
    }

    /// When there is something to do: a lane is due, or [#adapt] is.
    long next() {
        long next = due.isEmpty() ? EngineClock.NEVER : due.first().nanos;
        return full.isEmpty() ? next : Math.min(next, nextAdaptation);
    }

    /// Somebody has looked.
    ///
    /// @param found so many events, which run now
    /// @param next  when the next one is due
    void looked(Look look, int found, long next) {
        var lane = look.lane;
        if (lane.forgotten) {
            return;
        }
        if (found < lane.sought) {
            full.remove(lane.both);
        }
        take(lane, found - lane.sought);
        lane.sought = 0;
        lane.running += found;
        lane.next = Math.min(lane.next, next);
        settle(lane);
    }

    /// The run of an event has ended that a look found.
    void ended(Look look, Result result) {
        var lane = look.lane;
        if (lane.forgotten) {
            return;
        }
        lane.running--;
        take(lane, -1);
        switch (result) {
            case RUN -> lane.both.pace.succeeded();
            case REFUSED -> lane.both.pace.refused(look.generation, clock.nanos());
            case NOTHING -> {}
        }
        settle(lane);
    }

    /// Whether it is time to [#adapt].
    boolean adapts() {
        return !full.isEmpty() && clock.nanos() >= nextAdaptation;
    }

    /// Gives lanes another room for which more is due than they have room for.
    ///
    /// @param spare whether the machine has room for more than runs
    void adapt(boolean spare) {
        long now = clock.nanos();
        nextAdaptation = now + ADAPTATION.toNanos();
        var were = List.copyOf(full);
        full.clear();
        for (var both : were) {
            if (both.pace.isFull() && both.isDue(now)) {
                int share = share(both);
                both.pace.adapt(spare ? share : Math.min(share, Pace.FIRST_ROOM));
            }
            both.lanes.forEach(this::arrange);
        }
    }

    private void full(Both both) {
        if (full.isEmpty()) {
            nextAdaptation = clock.nanos() + ADAPTATION.toNanos();
        }
        full.add(both);
    }

    private void forget(Lane lane) {
        lanes.remove(lane.key);
        lane.forgotten = true;
        withdraw(lane);
        take(lane, -lane.running - lane.sought);
        lane.both.lanes.remove(lane);
        if (lane.both.lanes.isEmpty()) {
            paces.remove(lane.key.lane);
            full.remove(lane.both);
        } else {
            lane.both.lanes.forEach(this::arrange);
        }
    }

    /// Forgets the lanes of all other shards.
    void keep(Set<Integer> shards) {
        var others = lanes.values().stream()
                .filter(lane -> !shards.contains(lane.key.shard))
                .toList();
        others.forEach(this::forget);
    }

    private void settle(Lane lane) {
        if (lane.isIdle()) {
            forget(lane);
        } else {
            lane.both.lanes.forEach(this::arrange);
        }
    }

    private void withdraw(Lane lane) {
        if (lane.entry != null) {
            due.remove(lane.entry);
            lane.entry = null;
        }
    }

    /// Puts the lane where it belongs: nowhere while somebody looks; where it has no room, among the full ones once it
    /// is due.
    private void arrange(Lane lane) {
        withdraw(lane);
        if (lane.sought > 0 || lane.next == EngineClock.NEVER) {
            return;
        }
        if (lane.both.pace.free() <= 0 && lane.next <= clock.nanos()) {
            full(lane.both);
            return;
        }
        lane.entry = new Entry(Math.max(lane.next, lane.both.pace.restsUntil()), entries++, lane);
        due.add(lane.entry);
    }
}
