package dev.boda.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How many slots of one scope are taken, how many of those are about to be free, and how many callers wait for one.
///
/// The three are one word, which all functions of an account change with every invocation: nobody holds a lock for it.
/// Whoever waits does so under [#lock], and whoever frees a slot takes the lock only where the word says that somebody
/// waits; as the word says so before the waiter looks for a free slot, none is missed.
final class ScopeCount {

    private static final long TAKEN = 1;
    private static final long ABOUT_TO_BE_FREE = 1L << 21;
    private static final long WAITING = 1L << 42;
    private static final long FIELD = (1L << 21) - 1;

    /// No slot is given any more.
    private static final long OVER = -1;

    /// How often a waiter begins anew because the server itself stood still.
    private static final int STANDSTILLS = 4;

    private final EngineClock clock;
    private final long patienceNanos;
    private final AtomicLong word = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();

    /// What asking for a slot came to.
    enum Outcome {
        TAKEN,
        FULL,
        /// This count is forgotten, and another is in its place.
        OVER
    }

    ScopeCount(EngineClock clock, EngineLimits limits) {
        this.clock = clock;
        this.patienceNanos = limits.aboutToBeFree().toNanos();
    }

    /// Takes one of `share` slots: now, or within moments if one is about to be free that nobody else waits for.
    Outcome take(int share) throws InterruptedException {
        while (true) {
            long now = word.get();
            if (now == OVER) {
                return Outcome.OVER;
            }
            if (taken(now) < share) {
                if (word.compareAndSet(now, now + TAKEN)) {
                    return Outcome.TAKEN;
                }
            } else if (taken(now) - aboutToBeFree(now) + waiting(now) >= share) {
                return Outcome.FULL;
            } else if (word.compareAndSet(now, now + WAITING)) {
                return await(share) ? Outcome.TAKEN : Outcome.FULL;
            }
        }
    }

    /// Waits as one that is counted among those who wait, and in the end is not.
    private boolean await(int share) throws InterruptedException {
        lock.lock();
        try {
            long deadline = clock.nanos() + patienceNanos;
            int standstills = 0;
            while (true) {
                long now = word.get();
                if (taken(now) < share) {
                    if (word.compareAndSet(now, now + TAKEN - WAITING)) {
                        return true;
                    }
                    continue;
                }
                long late = clock.nanos() - deadline;
                boolean stoodStill = late > patienceNanos / 2 && standstills++ < STANDSTILLS;
                if (taken(now) - aboutToBeFree(now) >= share || (late >= 0 && !stoodStill)) {
                    word.addAndGet(-WAITING);
                    return false;
                }
                deadline = stoodStill ? clock.nanos() + patienceNanos : deadline;
                clock.await(lock, freed, deadline);
            }
        } catch (InterruptedException e) {
            word.addAndGet(-WAITING);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /// Ends it, if nothing is taken and nobody waits.
    boolean endUnused() {
        return word.compareAndSet(0, OVER);
    }

    void aboutToBeFree() {
        word.addAndGet(ABOUT_TO_BE_FREE);
    }

    void free(boolean announced) {
        long before = word.getAndAdd(announced ? -TAKEN - ABOUT_TO_BE_FREE : -TAKEN);
        if (before == OVER || taken(before) == 0 || (announced && aboutToBeFree(before) == 0)) {
            throw new IllegalStateException("More slots were freed than taken");
        }
        if (waiting(before) > 0) {
            lock.lock();
            try {
                freed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    int taken() {
        long now = word.get();
        return now == OVER ? 0 : taken(now);
    }

    private static int taken(long word) {
        return (int) (word & FIELD);
    }

    private static int aboutToBeFree(long word) {
        return (int) (word >> 21 & FIELD);
    }

    private static int waiting(long word) {
        return (int) (word >> 42);
    }
}
