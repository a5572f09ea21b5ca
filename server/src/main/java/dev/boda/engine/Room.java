package dev.boda.engine;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The room that a machine has for environments, of all versions together.
final class Room {

    private final int places;
    private final long evictionNanos;
    private final BooleanSupplier evict;
    private final Semaphore free;

    /// @param evict begins to end one that nobody needs; whether there was one
    Room(EngineLimits limits, BooleanSupplier evict) {
        this.places = limits.openEnvironments();
        this.evictionNanos = limits.eviction().toNanos();
        this.evict = evict;
        this.free = new Semaphore(places);
    }

    /// Takes a place for an environment, that of one which nobody needs if need be. Whether there was one.
    boolean take() {
        if (free.tryAcquire()) {
            return true;
        }
        boolean evicted = evict.getAsBoolean();
        try {
            return evicted && free.tryAcquire(evictionNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /// Nothing is left of an environment that had a place.
    void leave() {
        free.release();
    }

    /// How many have a place.
    int taken() {
        return places - free.availablePermits();
    }

    /// Waits until nobody has a place, and takes all. Whether that was in time.
    boolean takeAll(long nanos) throws InterruptedException {
        return free.tryAcquire(places, nanos, TimeUnit.NANOSECONDS);
    }

    /// As [#takeAll(long)], however long it takes.
    void takeAll() {
        free.acquireUninterruptibly(places);
    }
}
