package dev.boda.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A moment that one thread waits for and others move.
///
/// Moving it later wakes nobody: the waiting thread looks when its old moment comes, and waits on. So warm invocations
/// that follow on each other wake their environment's thread twice in the time after which it would be frozen, and no
/// more often.
final class Deadline {

    private final EngineClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    // Guarded by lock.
    private long dueAt = EngineClock.NEVER;
    private long waitingUntil = EngineClock.NEVER;
    private boolean woken;

    Deadline(EngineClock clock) {
        this.clock = clock;
    }

    void set(long nanos) {
        lock.lock();
        try {
            dueAt = nanos;
            if (nanos < waitingUntil) {
                moved.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The waiting thread must look, whatever the time.
    void wake() {
        lock.lock();
        try {
            woken = true;
            moved.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean passed() {
        lock.lock();
        try {
            return clock.nanos() >= dueAt;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the moment comes or somebody wakes it, also if that happened before.
    void await() {
        lock.lock();
        try {
            while (!woken && clock.nanos() < dueAt) {
                waitingUntil = dueAt;
                clock.await(lock, moved, dueAt);
            }
            woken = false;
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts the thread of an environment", e);
        } finally {
            waitingUntil = EngineClock.NEVER;
            lock.unlock();
        }
    }
}
