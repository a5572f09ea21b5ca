package dev.boda.store;

import dev.boda.store.EventQueue.LeaseLostException;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// One storm over an event queue: a few owners who run events, one step at a time in any order, so that each may die,
/// or sleep beyond its leases, between every two steps; a client who adds; a clock that jumps; a store that fails
/// before it does something, or after, so that who asked does not know. [EventRules] says after each step whether it
/// was allowed. Then calm: what was not done is there, whole.
///
/// The seed fixes everything.
final class EventStorm {

    private static final int OWNERS = 3;
    private static final int FAILURES_PERCENT = 6;

    private final Random random;
    private final List<EventQueue> handles;
    private final AtomicLong clock;
    private final EventRules rules;
    private final List<Owner> owners = new ArrayList<>();
    private final List<QueuedEvent> unanswered = new ArrayList<>();
    private int names;

    /// @param handles queues on one store that is empty, of which each owner uses one
    EventStorm(long seed, List<EventQueue> handles, AtomicLong clock) {
        this.random = new Random(seed);
        this.handles = handles;
        this.clock = clock;
        this.rules = new EventRules(clock);
        // Whoever owned shards in the storm before is dead.
        clock.addAndGet(Duration.ofDays(1).toMillis());
    }

    /// @return how many events were done
    int run() {
        for (int i = 0; i < OWNERS; i++) {
            owners.add(new Owner());
        }
        int steps = 40 + random.nextInt(80);
        for (int i = 0; i < steps; i++) {
            step();
        }
        clock.addAndGet(Duration.ofDays(1).toMillis());
        var last = new Owner();
        last.runEverything();
        rules.checkNothingIsLeft();
        return rules.done();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 20) {
            add();
        } else if (dice < 26) {
            clock.addAndGet(1 + random.nextInt(400));
        } else if (dice < 29) {
            clock.addAndGet(random.nextInt(4_000));
        } else if (dice < 31) {
            removeLane();
        } else if (dice < 34) {
            owners.set(random.nextInt(OWNERS), new Owner());
        } else {
            owners.get(random.nextInt(OWNERS)).step();
        }
    }

    private interface Verb<T> {
        T run() throws LeaseLostException;
    }

    private interface Heard<T> {
        void of(T answer);
    }

    /// Does something, and has the rules hear what came of it, also if whoever asked does not.
    ///
    /// @return whether who asked knows that it was done
    private <T> boolean store(boolean allowed, Verb<T> verb, Heard<T> effect, Heard<T> heard) {
        int dice = random.nextInt(100);
        if (dice < FAILURES_PERCENT) {
            return false;
        }
        T answer;
        try {
            answer = verb.run();
        } catch (LeaseLostException e) {
            rules.require(!allowed, "refused although it was allowed: " + e.getMessage());
            return false;
        }
        rules.require(allowed, "done although it was not allowed");
        effect.of(answer);
        if (dice < 2 * FAILURES_PERCENT) {
            return false;
        }
        heard.of(answer);
        return true;
    }

    private QueuedEvent event() {
        String id = "id" + names++;
        long due = clock.get() + (random.nextInt(3) == 0 ? random.nextInt(2_000) : 0);
        return new QueuedEvent(id, EventRules.lane(random.nextInt(3)), due, "{}", id.getBytes(StandardCharsets.UTF_8));
    }

    /// A client who did not hear that its event is there adds it again.
    private void add() {
        var event = unanswered.isEmpty() || random.nextBoolean() ? event() : unanswered.removeLast();
        boolean known = store(
                true,
                () -> {
                    handles.getFirst().add(event);
                    return event;
                },
                rules::added,
                _ -> {});
        if (!known) {
            unanswered.add(event);
        }
    }

    /// And adds what was in it again, under the same ids, at some time.
    private void removeLane() {
        String lane = EventRules.lane(random.nextInt(3));
        var queue = handles.get(random.nextInt(handles.size()));
        store(
                true,
                () -> queue.removeLane(lane),
                count -> {
                    var removed = rules.removed(lane);
                    rules.require(count == removed.size(), "other events were removed");
                    unanswered.addAll(removed);
                },
                _ -> {});
    }

    private record Run(ShardLease shard, LeasedEvent event) {}

    private final class Owner {

        private final String name = "owner" + names++;
        private final EventQueue queue = handles.get(random.nextInt(handles.size()));
        private final List<ShardLease> shards = new ArrayList<>();
        private final List<Run> runs = new ArrayList<>();

        void step() {
            int dice = random.nextInt(100);
            if (shards.isEmpty() || dice < 10) {
                claim();
            } else if (dice < 40 || runs.isEmpty()) {
                lease(rules.shardWithEvents(random, shards));
            } else if (dice < 50) {
                extend();
            } else if (dice < 54) {
                release(rules.shardWithEvents(random, shards));
            } else {
                settle(1 + random.nextInt(2));
            }
        }

        private void claim() {
            var time = Duration.ofMillis(1 + random.nextInt(random.nextBoolean() ? 300 : 3_000));
            store(true, () -> queue.claim(name, time), claimed -> rules.claimed(name, claimed, time), claimed -> {
                if (random.nextInt(4) > 0) {
                    shards.clear();
                }
                shards.addAll(claimed);
            });
        }

        private void lease(ShardLease shard) {
            var time = Duration.ofMillis(1 + random.nextInt(random.nextBoolean() ? 300 : 5_000));
            int most = 1 + random.nextInt(3);
            String lane = EventRules.lane(random.nextInt(3));
            boolean allowed = rules.holds(shard);
            store(
                    allowed,
                    () -> {
                        var lanes = random.nextBoolean() ? queue.lanes(shard) : null;
                        var leased = queue.lease(shard, lane, most, time);
                        rules.checkComplete(shard.shard(), lane, leased, most);
                        if (lanes != null) {
                            rules.checkLanes(lane, lanes, leased);
                        }
                        return leased;
                    },
                    leased -> leased.forEach(event -> rules.leased(shard, event, time)),
                    leased -> leased.forEach(event -> runs.add(new Run(shard, event))));
        }

        private void extend() {
            var run = runs.get(random.nextInt(runs.size()));
            var time = Duration.ofMillis(1 + random.nextInt(1_500));
            store(
                    rules.runs(run.shard, run.event),
                    () -> {
                        queue.extend(run.shard, List.of(run.event), time);
                        return run;
                    },
                    _ -> rules.leased(run.shard, run.event, time),
                    _ -> {});
        }

        private void release(ShardLease shard) {
            boolean known = store(
                    rules.holds(shard),
                    () -> {
                        queue.release(shard);
                        return shard;
                    },
                    rules::released,
                    shards::remove);
            if (!known && random.nextBoolean()) {
                shards.remove(shard);
            }
        }

        /// Settles several runs of one shard; forgets them only when it knows what became of them, and mostly then.
        private void settle(int most) {
            var shard = runs.get(random.nextInt(runs.size())).shard;
            var some = runs.stream()
                    .filter(run -> run.shard.equals(shard))
                    .limit(most)
                    .toList();
            var settlements = some.stream().map(run -> settlement(run.event)).toList();
            boolean allowed = some.stream().allMatch(run -> rules.runs(shard, run.event))
                    && some.stream().map(run -> run.event.id()).distinct().count() == some.size();
            boolean known = store(
                    allowed,
                    () -> {
                        queue.settle(shard, settlements);
                        return settlements;
                    },
                    _ -> settlements.forEach(rules::settled),
                    _ -> {});
            if (known ? random.nextInt(10) > 0 : random.nextInt(4) == 0) {
                runs.removeAll(some);
            }
        }

        private Settlement settlement(LeasedEvent event) {
            return switch (random.nextInt(4)) {
                case 0 ->
                    new Settlement.Again(
                            event, clock.get() + random.nextInt(2_000), "{\"again\":" + random.nextInt() + "}");
                case 1 -> new Settlement.Replaced(event, random.nextBoolean() ? List.of(event()) : List.of());
                default -> new Settlement.Done(event);
            };
        }

        /// Nothing fails any more.
        void runEverything() {
            try {
                for (var shard : queue.claim(name, Duration.ofDays(1))) {
                    rules.claimed(name, List.of(shard), Duration.ofDays(1));
                    for (var lane : queue.lanes(shard)) {
                        for (var event : queue.lease(shard, lane.lane(), Integer.MAX_VALUE, Duration.ofHours(1))) {
                            rules.leased(shard, event, Duration.ofHours(1));
                            queue.settle(shard, List.of(new Settlement.Done(event)));
                            rules.settled(new Settlement.Done(event));
                        }
                    }
                    rules.require(queue.lanes(shard).isEmpty(), "something waits after everything was done");
                }
            } catch (LeaseLostException e) {
                throw new AssertionError(e);
            }
        }
    }
}
