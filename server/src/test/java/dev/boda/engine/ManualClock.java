package dev.boda.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/// A clock that stands until a test moves it.
public final class ManualClock implements EngineClock {

    private static final long START_MILLIS = 1_800_000_000_000L;

    // Guarded by this.
    private final Set<Waiter> waiters = new HashSet<>();
    // Guarded by this.
    private long waits;
    private volatile long now;
    private volatile boolean idleProcessor = true;

    private record Waiter(Lock lock, Condition condition, long deadlineNanos, Thread thread) {}

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public boolean idleProcessor() {
        return idleProcessor;
    }

    /// No processor has time to spare from now on.
    void busy() {
        idleProcessor = false;
    }

    @Override
    public long epochMillis() {
        return START_MILLIS + now / 1_000_000;
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the caller loops
    public void await(Lock lock, Condition condition, long deadlineNanos) throws InterruptedException {
        var waiter = new Waiter(lock, condition, deadlineNanos, Thread.currentThread());
        synchronized (this) {
            waiters.add(waiter);
            waits++;
        }
        try {
            if (now < deadlineNanos) {
                condition.await();
            }
        } finally {
            synchronized (this) {
                waiters.remove(waiter);
            }
        }
    }

    /// Moves time on and wakes whoever waited for a moment that has come.
    public void advance(Duration duration) {
        List<Waiter> due;
        synchronized (this) {
            now += duration.toNanos();
            due = waiters.stream().filter(waiter -> waiter.deadlineNanos <= now).toList();
        }
        for (var waiter : due) {
            waiter.lock.lock();
            try {
                waiter.condition.signalAll();
            } finally {
                waiter.lock.unlock();
            }
        }
    }

    /// How often a thread began to wait.
    public synchronized long waits() {
        return waits;
    }

    /// How many threads wait for a moment that is to come, and at most this far away.
    public synchronized long waitingWithin(Duration duration) {
        long limit = now + duration.toNanos();
        return waiters.stream()
                .filter(waiter -> waiter.deadlineNanos > now && waiter.deadlineNanos <= limit)
                .count();
    }
}
