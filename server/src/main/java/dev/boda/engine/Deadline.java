package dev.boda.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A moment that one thread waits for and others move. All methods are called with the lock held that it was made of.
///
/// Moving it later wakes nobody: the waiting thread looks when its old moment comes, and waits on. So a warm
/// invocation, whose timeout lies later than the previous one's, costs its environment no wake-up.
final class Deadline {

    private final EngineClock clock;
    private final ReentrantLock lock;
    private final Condition moved;
    private long dueAt = EngineClock.NEVER;
    private long waitingUntil = EngineClock.NEVER;

    Deadline(EngineClock clock, ReentrantLock lock) {
        this.clock = clock;
        this.lock = lock;
        this.moved = lock.newCondition();
    }

    void set(long nanos) {
        dueAt = nanos;
        if (nanos < waitingUntil) {
            moved.signal();
        }
    }

    boolean passed() {
        return clock.nanos() >= dueAt;
    }

    /// The waiting thread must look again, whatever the time.
    void wake() {
        moved.signal();
    }

    /// Waits until the deadline or [#wake()]; may return earlier.
    void await() {
        waitingUntil = dueAt;
        try {
            clock.await(lock, moved, dueAt);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts the thread of an environment", e);
        }
        waitingUntil = EngineClock.NEVER;
    }
}
