package dev.boda.async;

import dev.boda.engine.EngineClock;
import dev.boda.store.EventQueue;
import dev.boda.store.EventQueue.LeaseLostException;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.StoreUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the events that are due. It owns shards of the queue; of each lane in them it knows when to look next, in a
/// [Timetable], and how many of its events run. A thread waits for the next lane that is due; looking, and each event,
/// have a virtual thread for as long as it takes.
///
/// A lane runs as many events at once as it has room for ([Pace]). So a function that is throttled costs little, one
/// that is slow leaves others what they need, and one that computes is not started in hundreds on two processors.
public final class EventDispatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);

    /// How long a shard is owned, and an event leased; both are renewed in time.
    static final Duration LEASE = Duration.ofSeconds(60);

    /// How often leases are renewed, and all lanes looked at for what nobody told of.
    static final Duration ROUND = Duration.ofSeconds(15);

    /// Before the store is asked again when it failed.
    static final Duration PAUSE = Duration.ofSeconds(1);

    /// Most events leased at once of a lane.
    static final int BATCH = 64;

    private final EventQueue queue;
    private final Runs runs;
    private final UnderWay underWay;
    private final Outcomes outcomes;
    private final EngineClock clock;
    private final String owner;
    private final BooleanSupplier spare;
    private final ThreadFactory threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock.
    private final Timetable timetable;
    private final Map<Integer, ShardLease> shards = new HashMap<>();
    private long nextRound;
    private boolean stopped;
    private @Nullable Thread thread;

    /// Runs an event.
    @FunctionalInterface
    public interface Runs {

        Ended run(LeasedEvent event) throws InterruptedException;
    }

    /// An event has run.
    ///
    /// @param settlement how its lease ends
    /// @param refused    whether it could not run after all: so many were too many
    public record Ended(Settlement settlement, boolean refused) {}

    /// @param owner   of leases; no other process has the same
    /// @param most    events at once
    /// @param spare   whether the machine has room for more than runs
    /// @param threads a virtual thread for each event that runs
    public EventDispatcher(
            EventQueue queue,
            Runs runs,
            EngineClock clock,
            String owner,
            int most,
            BooleanSupplier spare,
            ThreadFactory threads) {
        this.queue = queue;
        this.runs = runs;
        this.underWay = new UnderWay(queue);
        this.outcomes = new Outcomes(queue, clock);
        this.clock = clock;
        this.owner = owner;
        this.spare = spare;
        this.threads = threads;
        this.timetable = new Timetable(clock, most);
    }

    public void start() {
        thread = threads.newThread(this::work);
        thread.start();
    }

    /// An event was added, which is due at `due` on the queue's clock.
    void added(int shard, String lane, long due) {
        lock.lock();
        try {
            if (shards.containsKey(shard)) {
                long wakes = timetable.next();
                timetable.expect(new Timetable.Key(shard, lane), nanos(due));
                // Most events join others that wait: nobody has to look any sooner.
                if (timetable.next() < wakes) {
                    changed.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// A moment of the queue's clock on the dispatcher's.
    private long nanos(long due) {
        return clock.nanos() + Math.max(0, due - queue.millis()) * 1_000_000;
    }

    private void work() {
        lock.lock();
        try {
            while (!stopped) {
                long now = clock.nanos();
                if (now >= nextRound) {
                    nextRound = now + ROUND.toNanos();
                    begin(this::round);
                }
                for (var lane = timetable.takeDue(); lane != null; lane = timetable.takeDue()) {
                    var due = lane;
                    begin(() -> look(due));
                }
                if (timetable.adapts()) {
                    adapt();
                    continue;
                }
                clock.await(lock, changed, Math.min(nextRound, timetable.next()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// With the lock held, of which it lets go while it asks the machine.
    private void adapt() {
        boolean more;
        lock.unlock();
        try {
            more = spare.getAsBoolean();
        } catch (RuntimeException broken) {
            LOG.error("Whether the machine has room for more events is not known", broken);
            more = false;
        } finally {
            lock.lock();
        }
        timetable.adapt(more);
    }

    /// Does it on a thread of its own.
    private void begin(Runnable task) {
        threads.newThread(() -> {
                    try {
                        task.run();
                    } catch (RuntimeException broken) {
                        LOG.error("Events could not be dispatched", broken);
                    }
                })
                .start();
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Renews what is owned, takes what is free, and looks at all lanes.
    private void round() {
        try {
            underWay.extend(LEASE);
            var owned = queue.claim(owner, LEASE);
            locked(() -> {
                shards.clear();
                owned.forEach(shard -> shards.put(shard.shard(), shard));
                timetable.keep(shards.keySet());
            });
            for (var shard : owned) {
                sweep(shard);
            }
        } catch (StoreUnavailableException e) {
            LOG.warn("The queue of events cannot be reached: {}", e.getMessage());
            locked(() -> nextRound = Math.min(nextRound, clock.nanos() + PAUSE.toNanos()));
        }
    }

    private void sweep(ShardLease shard) {
        try {
            var lanes = queue.lanes(shard);
            locked(() -> lanes.forEach(
                    lane -> timetable.expect(new Timetable.Key(shard.shard(), lane.lane()), nanos(lane.due()))));
        } catch (LeaseLostException _) {
            // Of its next owner.
        }
    }

    /// Leases what is due of a lane, and runs it.
    private void look(Timetable.Look look) {
        List<LeasedEvent> events = List.of();
        long next = clock.nanos() + PAUSE.toNanos();
        var shard = shard(look.key().shard());
        try {
            if (shard != null) {
                int most = Math.min(look.room(), BATCH);
                events = queue.lease(shard, look.key().lane(), most, LEASE);
                // One that is full may not be all.
                next = events.size() < most ? nextDue(look.key()) : clock.nanos();
            }
        } catch (LeaseLostException _) {
            // The next round knows whose the shard is.
        } catch (StoreUnavailableException e) {
            LOG.warn("No events can be leased: {}", e.getMessage());
        } finally {
            looked(look, shard, events, next);
        }
    }

    private void looked(Timetable.Look look, @Nullable ShardLease shard, List<LeasedEvent> events, long next) {
        locked(() -> {
            timetable.looked(look, events.size(), next);
            for (var event : events) {
                underWay.begin(Objects.requireNonNull(shard), event);
                begin(() -> run(shard, look, event));
            }
        });
    }

    private long nextDue(Timetable.Key key) {
        var due = queue.nextDue(key.shard(), key.lane());
        return due.isPresent() ? nanos(due.getAsLong()) : EngineClock.NEVER;
    }

    private @Nullable ShardLease shard(int number) {
        lock.lock();
        try {
            return stopped ? null : shards.get(number);
        } finally {
            lock.unlock();
        }
    }

    private void run(ShardLease shard, Timetable.Look look, LeasedEvent event) {
        var settled = Timetable.Result.NOTHING;
        try {
            var ended = runs.run(event);
            if (outcomes.write(shard, ended.settlement())) {
                settled = ended.refused() ? Timetable.Result.REFUSED : Timetable.Result.RUN;
                told(ended.settlement(), look.key());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            var result = settled;
            locked(() -> {
                timetable.ended(look, result);
                underWay.end(event);
            });
        }
    }

    /// Somebody waits again, or there is somebody new.
    private void told(Settlement settlement, Timetable.Key lane) {
        switch (settlement) {
            case Settlement.Done _ -> {}
            case Settlement.Again(var _, long due, var _) -> added(lane.shard(), lane.lane(), due);
            case Settlement.Replaced(var _, var by) -> {
                for (var event : by) {
                    for (int shard : EventQueue.shardsOf(event.lane())) {
                        added(shard, event.lane(), event.due());
                    }
                }
            }
        }
    }

    /// How many events run.
    int running() {
        return underWay.size();
    }

    /// Leases nothing any more; what runs goes on.
    public void stop() {
        locked(() -> stopped = true);
    }

    /// Gives back what it has: what still runs is as if it had not.
    @Override
    public void close() {
        List<ShardLease> owned;
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
            owned = List.copyOf(shards.values());
        } finally {
            lock.unlock();
        }
        outcomes.close();
        for (var shard : owned) {
            try {
                queue.release(shard);
            } catch (LeaseLostException | StoreUnavailableException e) {
                LOG.debug("Shard {} goes by itself", shard.shard(), e);
            }
        }
        var started = thread;
        if (started != null) {
            started.interrupt();
        }
    }
}
