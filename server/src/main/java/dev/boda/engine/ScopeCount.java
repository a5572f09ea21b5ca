package dev.boda.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How many slots of one scope are taken, and how many of those are about to be free.
final class ScopeCount {

    private final EngineClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    // Guarded by lock.
    private int taken;
    private int aboutToBeFree;
    private int waiting;
    private boolean over;

    ScopeCount(EngineClock clock) {
        this.clock = clock;
    }

    /// Takes one of `share` slots: now, or by `deadlineNanos` if one is about to be free that nobody else waits for.
    boolean take(int share, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            if (over || (taken >= share && !awaitFree(share, deadlineNanos))) {
                return false;
            }
            taken++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Ends it, if nothing is taken and nobody waits: no slot is given any more.
    boolean endUnused() {
        lock.lock();
        try {
            over = taken == 0 && waiting == 0;
            return over;
        } finally {
            lock.unlock();
        }
    }

    boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitFree(int share, long deadlineNanos) throws InterruptedException {
        if (taken - aboutToBeFree + waiting >= share) {
            return false;
        }
        waiting++;
        try {
            while (taken >= share) {
                if (taken - aboutToBeFree >= share || clock.nanos() >= deadlineNanos) {
                    return false;
                }
                clock.await(lock, freed, deadlineNanos);
            }
            return true;
        } finally {
            waiting--;
        }
    }

    void aboutToBeFree() {
        lock.lock();
        try {
            aboutToBeFree++;
        } finally {
            lock.unlock();
        }
    }

    void free(boolean announced) {
        lock.lock();
        try {
            taken--;
            if (announced) {
                aboutToBeFree--;
            }
            if (taken < 0 || aboutToBeFree < 0) {
                throw new IllegalStateException("More slots were freed than taken");
            }
            freed.signal();
        } finally {
            lock.unlock();
        }
    }

    int taken() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
