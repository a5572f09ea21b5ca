package dev.boda.async;

import dev.boda.engine.EngineClock;
import dev.boda.store.EventQueue;
import dev.boda.store.EventQueue.LeaseLostException;
import dev.boda.store.EventQueue.LeasedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.StoreUnavailableException;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what became of events that ran, each on its own thread, as soon as the store can be written: if that is
/// before the event's lease ends, it does not run again. Until then its thread waits, and tries again.
final class Outcomes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private final EventQueue queue;
    private final EngineClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    // Guarded by lock.
    private boolean closed;

    Outcomes(EventQueue queue, EngineClock clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /// Says what became of an event.
    ///
    /// @return whether it is written; false if this closes before, or if the event is somebody else's by now
    boolean write(ShardLease shard, Settlement settlement) throws InterruptedException {
        boolean told = false;
        while (!isClosed()) {
            try {
                queue.settle(shard, List.of(settlement));
                return true;
            } catch (LeaseLostException e) {
                LOG.warn(
                        "Request {} was run by somebody who no longer had it: {}",
                        request(settlement.event()),
                        e.getMessage());
                return false;
            } catch (StoreUnavailableException e) {
                if (!told) {
                    LOG.warn(
                            "What became of request {} cannot be written yet: {}",
                            request(settlement.event()),
                            e.getMessage());
                }
                told = true;
            }
            pause();
        }
        return false;
    }

    /// As the function's log and its caller know the event.
    private static String request(LeasedEvent event) {
        return AsyncEvent.parse(event.document()).requestId();
    }

    private void pause() throws InterruptedException {
        lock.lock();
        try {
            long until = clock.nanos() + EventDispatcher.PAUSE.toNanos();
            while (!closed && clock.nanos() < until) {
                clock.await(lock, ended, until);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// Whoever waits is told that it is not written: its event is as if it had not run.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
