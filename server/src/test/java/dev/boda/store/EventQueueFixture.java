package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.store.EventQueue.LeaseLostException;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.EventQueue.WaitingLane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;

/// An event queue, a clock that is moved, and the words of the contract.
abstract class EventQueueFixture {

    static final String LANE = "000000000000/us-east-1/hello";
    static final String OTHER = "000000000000/us-east-1/other";
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Duration HOUR = Duration.ofHours(1);

    final AtomicLong now = new AtomicLong(1_800_000_000_000L);
    final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    EventQueue queue;

    /// A queue on the store of this test; a further one while others are open.
    abstract EventQueue open();

    /// Closes every queue that was opened.
    abstract void close() throws Exception;

    /// Whether the store can be written.
    abstract void available(boolean is) throws Exception;

    @BeforeEach
    final void openQueue() {
        queue = open();
    }

    final void advance(Duration time) {
        now.addAndGet(time.toMillis());
    }

    final QueuedEvent event(String id, String lane, long dueIn) {
        return new QueuedEvent(id, lane, now.get() + dueIn, "{\"id\":\"" + id + "\"}", bytes("payload of " + id));
    }

    final QueuedEvent event(String id) {
        return event(id, LANE, 0);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    final void add(String... ids) {
        for (String id : ids) {
            queue.add(event(id));
        }
    }

    /// What is leased in one of the shards of an owner.
    record Leased(ShardLease shard, LeasedEvent event) {

        String id() {
            return event.id();
        }

        Settlement done() {
            return new Settlement.Done(event);
        }
    }

    static List<Leased> lease(EventQueue queue, List<ShardLease> shards, String lane, Duration time) {
        var leased = new ArrayList<Leased>();
        for (ShardLease shard : shards) {
            try {
                queue.lease(shard, lane, 1_000, time).forEach(event -> leased.add(new Leased(shard, event)));
            } catch (LeaseLostException e) {
                throw new AssertionError(e);
            }
        }
        return leased;
    }

    final List<Leased> lease(String owner, String lane) {
        return lease(queue, queue.claim(owner, HOUR), lane, MINUTE);
    }

    final List<Leased> lease(String owner) {
        return lease(owner, LANE);
    }

    final List<WaitingLane> lanes(String owner) throws LeaseLostException {
        var lanes = new ArrayList<WaitingLane>();
        for (ShardLease shard : queue.claim(owner, HOUR)) {
            lanes.addAll(queue.lanes(shard));
        }
        return lanes;
    }

    static void assertLost(ThrowingCallable verb) {
        assertThatThrownBy(verb).isInstanceOf(LeaseLostException.class);
    }
}
