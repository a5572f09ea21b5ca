package dev.boda.store;

import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.EventQueue.WaitingLane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Who may run and settle an event, as `docs/decisions/0019-who-runs-an-event.md` says it: holds what should be beside
/// what an event queue does, and says where that breaks the rule.
final class EventRules {

    private final AtomicLong clock;
    private final @Nullable Hold[] holds = new Hold[EventQueue.SHARDS];
    private final long[] epochs = new long[EventQueue.SHARDS];
    private final Map<String, Event> events = new HashMap<>();
    /// How often an event of an id came to be, and how often one was done.
    private final Map<String, Integer> added = new HashMap<>();
    private final Map<String, Integer> done = new HashMap<>();
    /// The last lease of every id in every shard, also of those that are not there any more.
    private final Map<String, Long> leases = new HashMap<>();

    EventRules(AtomicLong clock) {
        this.clock = clock;
        Arrays.fill(epochs, -1);
    }

    private record Hold(ShardLease lease, long until) {}

    private static final class Event {
        private final QueuedEvent added;
        private long due;
        private String document;
        private @Nullable Lease lease;
        /// The shard that it was seen in; -1 before.
        private int shard = -1;

        Event(QueuedEvent added) {
            this.added = added;
            this.due = added.due();
            this.document = added.document();
        }
    }

    private record Lease(ShardLease shard, long number, long until) {}

    static String lane(int number) {
        return "000000000000/us-east-1/storm" + number;
    }

    void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /// Whether the shard is held under this epoch, now.
    boolean holds(ShardLease shard) {
        var hold = holds[shard.shard()];
        return hold != null && hold.lease.equals(shard) && hold.until > clock.get();
    }

    /// Whether this lease of the event is valid, now.
    boolean runs(ShardLease shard, LeasedEvent leased) {
        var event = events.get(leased.id());
        return holds(shard)
                && event != null
                && event.lease != null
                && event.lease.shard.equals(shard)
                && event.lease.number == leased.lease()
                && event.lease.until > clock.get();
    }

    /// Whether anybody may run it, now.
    private boolean isRun(Event event) {
        var lease = event.lease;
        return lease != null && lease.until > clock.get() && holds(lease.shard);
    }

    void added(QueuedEvent event) {
        if (events.putIfAbsent(event.id(), new Event(event)) == null) {
            added.merge(event.id(), 1, Integer::sum);
        }
    }

    void claimed(String owner, List<ShardLease> claimed, Duration time) {
        for (ShardLease shard : claimed) {
            var hold = holds[shard.shard()];
            if (hold != null && holds(hold.lease)) {
                require(hold.lease.owner().equals(owner), "a shard of two owners");
                require(hold.lease.equals(shard), "a shard that was kept, under another epoch");
            } else {
                require(shard.epoch() > epochs[shard.shard()], "a shard under an epoch that was: " + shard);
            }
            holds[shard.shard()] = new Hold(shard, clock.get() + time.toMillis());
            epochs[shard.shard()] = shard.epoch();
        }
    }

    void released(ShardLease shard) {
        holds[shard.shard()] = null;
    }

    /// A shard in which there may be events.
    ShardLease shardWithEvents(Random random, List<ShardLease> shards) {
        String lane = lane(random.nextInt(3));
        int number = random.nextBoolean() ? LaneShards.first(lane) : LaneShards.second(lane);
        return shards.stream()
                .filter(shard -> shard.shard() == number)
                .findFirst()
                .orElseGet(() -> shards.get(random.nextInt(shards.size())));
    }

    /// What a shard says of its lanes is what can be leased there.
    void checkLanes(String lane, List<WaitingLane> lanes, List<LeasedEvent> leased) {
        var next = lanes.stream().filter(its -> its.lane().equals(lane)).findFirst();
        boolean due = next.isPresent() && next.get().due() <= clock.get();
        require(due != leased.isEmpty(), "what waits is not what is leased: " + next + ", " + leased);
        require(
                leased.isEmpty()
                        || leased.getFirst().due() == next.orElseThrow().due(),
                "not what is due longest");
    }

    /// As many are leased as are known to wait, those that are due longest first.
    void checkComplete(int shard, String lane, List<LeasedEvent> leased, int most) {
        var dues = leased.stream().map(LeasedEvent::due).toList();
        require(dues.equals(dues.stream().sorted().toList()), "not in the order of their due times");
        long waiting = events.values().stream()
                .filter(event -> event.shard == shard && event.added.lane().equals(lane))
                .filter(event -> !isRun(event) && event.due <= clock.get())
                .count();
        require(leased.size() >= Math.min(waiting, most), "some that wait are not leased");
        require(leased.size() <= most, "too many");
    }

    /// A lease was given, or is given for longer.
    void leased(ShardLease shard, LeasedEvent leased, Duration time) {
        var event = events.get(leased.id());
        require(event != null, "an event that is not there: " + leased.id());
        if (event == null) {
            return;
        }
        boolean same = event.lease != null && event.lease.number == leased.lease();
        require(same || !isRun(event), "an event of two owners: " + leased.id());
        require(
                same || leased.lease() > leases.getOrDefault(leased.id() + "@" + shard.shard(), 0L),
                "a lease of an earlier number");
        require(event.due == leased.due() && event.due <= clock.get(), "not due, or not then");
        require(event.document.equals(leased.document()), "another document");
        require(event.added.lane().equals(leased.lane()), "another lane");
        require(new String(leased.payload(), StandardCharsets.UTF_8).equals(leased.id()), "another payload");
        require(event.shard == -1 || event.shard == shard.shard(), "another shard");
        event.shard = shard.shard();
        leases.put(leased.id() + "@" + shard.shard(), leased.lease());
        event.lease = new Lease(shard, leased.lease(), clock.get() + time.toMillis());
    }

    void settled(Settlement settlement) {
        String id = settlement.event().id();
        switch (settlement) {
            case Settlement.Done _ -> end(id);
            case Settlement.Replaced replaced -> {
                end(id);
                replaced.by().forEach(this::added);
            }
            case Settlement.Again again -> {
                var event = events.get(id);
                if (event != null) {
                    event.due = again.due();
                    event.document = again.document();
                    event.lease = null;
                }
            }
        }
    }

    /// Takes away the events of a lane, as if they had never been added, and says which.
    List<QueuedEvent> removed(String lane) {
        var removed = events.values().stream()
                .map(event -> event.added)
                .filter(event -> event.lane().equals(lane))
                .sorted(Comparator.comparing(QueuedEvent::id))
                .toList();
        for (QueuedEvent event : removed) {
            events.remove(event.id());
            added.computeIfPresent(event.id(), (_, times) -> times == 1 ? null : times - 1);
        }
        return removed;
    }

    private void end(String id) {
        require(events.remove(id) != null, "an event that is not there was settled: " + id);
        require(done.merge(id, 1, Integer::sum) <= added.getOrDefault(id, 0), "done twice: " + id);
    }

    int done() {
        return done.size();
    }

    /// Everything that was added was done, since somebody did all that the queue held.
    void checkNothingIsLeft() {
        require(events.isEmpty(), "lost: " + new ArrayList<>(events.keySet()));
        require(done.equals(added), "not done as often as added");
    }
}
