package dev.boda.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An event queue for tests of what stands on one: it keeps what [EventQueue] promises ([EventQueueContract]), except
/// that nothing is durable. Several owners use the same one. It can be made unavailable.
public final class InMemoryEventQueue implements EventQueue {

    private final InstantSource clock;
    // Guarded by this.
    private final List<Shard> shards =
            IntStream.range(0, SHARDS).mapToObj(_ -> new Shard()).toList();
    // Guarded by this.
    private boolean unavailable;

    public InMemoryEventQueue(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Shard {
        private String owner = "";
        private long epoch;
        private long heldUntil;
        private long leases;
        private final Map<String, Kept> events = new HashMap<>();

        void bringBack(Predicate<Kept> which) {
            events.values().stream().filter(which).forEach(kept -> kept.leased = false);
        }

        Stream<Kept> waiting() {
            return events.values().stream().filter(kept -> !kept.leased);
        }
    }

    private static final class Kept {
        private final QueuedEvent event;
        private String document;
        private long due;
        private boolean leased;
        private long lease;
        private long leasedUntil;

        Kept(QueuedEvent event) {
            this.event = event;
            this.document = event.document();
            this.due = event.due();
        }

        LeasedEvent lease(long number, long until) {
            leased = true;
            lease = number;
            leasedUntil = until;
            return new LeasedEvent(event.id(), event.lane(), due, document, event.payload(), lease);
        }

        boolean isLeased(LeasedEvent by, long now) {
            return leased && lease == by.lease() && leasedUntil > now;
        }
    }

    /// From now on every method throws [StoreUnavailableException], and does nothing; or does not any more.
    public synchronized void unavailable(boolean is) {
        unavailable = is;
    }

    private void requireAvailable() {
        if (unavailable) {
            throw new StoreUnavailableException("The store of this test is unavailable.");
        }
    }

    private Shard held(ShardLease lease) throws LeaseLostException {
        requireAvailable();
        Shard shard = shards.get(lease.shard());
        if (!shard.owner.equals(lease.owner()) || shard.epoch != lease.epoch() || shard.heldUntil <= millis()) {
            throw new LeaseLostException("Shard " + lease.shard() + " is lost.");
        }
        shard.bringBack(kept -> kept.leasedUntil <= millis());
        return shard;
    }

    private Kept leased(Shard shard, LeasedEvent event) throws LeaseLostException {
        @Nullable Kept kept = shard.events.get(event.id());
        if (kept == null || !kept.isLeased(event, millis())) {
            throw new LeaseLostException("Lease " + event.lease() + " of " + event.id() + " is lost.");
        }
        return kept;
    }

    @Override
    public synchronized int add(QueuedEvent event) {
        requireAvailable();
        int first = LaneShards.first(event.lane());
        int second = LaneShards.second(event.lane());
        int shorter =
                shards.get(second).events.size() < shards.get(first).events.size() ? second : first;
        if (shards.stream().noneMatch(shard -> shard.events.containsKey(event.id()))) {
            shards.get(shorter).events.put(event.id(), new Kept(event));
        }
        return shorter;
    }

    @Override
    public synchronized OptionalLong nextDue(int shard, String lane) {
        requireAvailable();
        return shards.get(shard)
                .waiting()
                .filter(kept -> kept.event.lane().equals(lane))
                .mapToLong(kept -> kept.due)
                .min();
    }

    @Override
    public synchronized List<ShardLease> claim(String owner, Duration time) {
        requireAvailable();
        var claimed = new ArrayList<ShardLease>();
        for (int number = 0; number < SHARDS; number++) {
            Shard shard = shards.get(number);
            if (shard.heldUntil <= millis()) {
                shard.owner = owner;
                shard.epoch++;
                shard.bringBack(_ -> true);
            } else if (!shard.owner.equals(owner)) {
                continue;
            }
            shard.heldUntil = millis() + time.toMillis();
            claimed.add(new ShardLease(number, owner, shard.epoch));
        }
        return claimed;
    }

    @Override
    public synchronized void release(ShardLease lease) throws LeaseLostException {
        Shard shard = held(lease);
        shard.heldUntil = 0;
        shard.bringBack(_ -> true);
    }

    @Override
    public synchronized List<WaitingLane> lanes(ShardLease lease) throws LeaseLostException {
        var next = new TreeMap<String, Long>();
        held(lease).waiting().forEach(kept -> next.merge(kept.event.lane(), kept.due, Math::min));
        return next.entrySet().stream()
                .map(lane -> new WaitingLane(lane.getKey(), lane.getValue()))
                .toList();
    }

    @Override
    public synchronized List<LeasedEvent> lease(ShardLease lease, String lane, int most, Duration time)
            throws LeaseLostException {
        Shard shard = held(lease);
        long number = ++shard.leases;
        return shard
                .waiting()
                .filter(kept -> kept.event.lane().equals(lane) && kept.due <= millis())
                .sorted(Comparator.comparingLong((Kept kept) -> kept.due).thenComparing(kept -> kept.event.id()))
                .limit(most)
                .toList()
                .stream()
                .map(kept -> kept.lease(number, millis() + time.toMillis()))
                .toList();
    }

    @Override
    public synchronized void extend(ShardLease lease, List<LeasedEvent> events, Duration time)
            throws LeaseLostException {
        Shard shard = held(lease);
        var extended = new ArrayList<Kept>();
        for (LeasedEvent event : events) {
            extended.add(leased(shard, event));
        }
        extended.forEach(kept -> kept.leasedUntil = millis() + time.toMillis());
    }

    @Override
    public synchronized void settle(ShardLease lease, List<Settlement> settlements) throws LeaseLostException {
        Shard shard = held(lease);
        var ids = new HashSet<String>();
        for (Settlement settlement : settlements) {
            if (!ids.add(leased(shard, settlement.event()).event.id())) {
                throw new LeaseLostException(
                        "Settled twice: " + settlement.event().id());
            }
        }
        for (Settlement settlement : settlements) {
            Kept kept = leased(shard, settlement.event());
            switch (settlement) {
                case Settlement.Done _ -> shard.events.remove(kept.event.id());
                case Settlement.Replaced replaced -> {
                    shard.events.remove(kept.event.id());
                    replaced.by().forEach(this::add);
                }
                case Settlement.Again again -> {
                    kept.leased = false;
                    kept.due = again.due();
                    kept.document = again.document();
                }
            }
        }
    }

    @Override
    public synchronized int removeLane(String lane) {
        requireAvailable();
        long before = size();
        shards.forEach(shard ->
                shard.events.values().removeIf(kept -> kept.event.lane().equals(lane)));
        return (int) (before - size());
    }

    @Override
    public synchronized void clear() {
        requireAvailable();
        shards.forEach(shard -> shard.events.clear());
    }

    @Override
    public synchronized long size() {
        return shards.stream()
                .map(shard -> shard.events.values())
                .mapToLong(Collection::size)
                .sum();
    }

    @Override
    public long millis() {
        return clock.millis();
    }
}
