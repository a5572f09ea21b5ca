package dev.boda.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Lets a few environments be in Init at once; the others await their turn, functions one after the other.
///
/// A turn is for the processors: it is taken back from an Init that leaves them alone, because it waits for something
/// else. So however many wait for a server that does not answer, nobody waits for them. Where no processor is idle, an
/// Init that gets little may want more: then it keeps its turn.
final class StartTurns {

    /// An Init that uses less of one processor than this leaves it to others.
    private static final double WORKING = 0.2;

    private final EngineClock clock;
    private final int most;
    private final long lookNanos;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private final Map<ExecutionEnvironment, Look> holders = new HashMap<>();
    private final FairQueue<Waiter> queue = new FairQueue<>();

    /// When a holder was looked at last, and how much processor time it had used by then.
    private record Look(long at, long cpuNanos) {}

    private record Holder(ExecutionEnvironment environment, Look look) {}

    private static final class Waiter {
        private final ExecutionEnvironment environment;
        private final Condition changed;
        // Guarded by lock.
        private boolean itsTurn;

        private Waiter(ExecutionEnvironment environment, Condition changed) {
            this.environment = environment;
            this.changed = changed;
        }
    }

    StartTurns(EngineLimits limits, EngineClock clock) {
        this.clock = clock;
        this.most = limits.startsAtOnce();
        this.lookNanos = limits.startTurn().toNanos();
    }

    /// How many await their turn.
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /// Returns when it is the environment's turn, or the deadline has passed: whether it has the turn.
    boolean await(ExecutionEnvironment environment, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            var waiter = new Waiter(environment, lock.newCondition());
            queue.add(function(environment), waiter);
            try {
                give();
                while (!waiter.itsTurn && clock.nanos() < deadlineNanos) {
                    long lookAgain = waiter.equals(queue.first()) ? look() : deadlineNanos;
                    if (!waiter.itsTurn) {
                        clock.await(lock, waiter.changed, Math.min(deadlineNanos, lookAgain));
                    }
                }
                return waiter.itsTurn;
            } finally {
                if (!waiter.itsTurn) {
                    queue.remove(function(environment), waiter);
                    wakeFirst();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// The environment's Init is over, however it ended. Does nothing if it had no turn, or it was taken back.
    void release(ExecutionEnvironment environment) {
        lock.lock();
        try {
            if (holders.remove(environment) != null) {
                give();
            }
        } finally {
            lock.unlock();
        }
    }

    // With the lock held, all below.

    private void give() {
        while (holders.size() < most) {
            var next = queue.poll();
            if (next == null) {
                return;
            }
            next.itsTurn = true;
            holders.put(next.environment, new Look(clock.nanos(), 0));
            next.changed.signal();
        }
        wakeFirst();
    }

    /// Whoever is first looks after the holders.
    private void wakeFirst() {
        var first = queue.first();
        if (first != null) {
            first.changed.signal();
        }
    }

    /// Takes turns back from those who do not use them. Lets go of the lock while it reads what they used.
    ///
    /// @return when to look again
    private long look() {
        long now = clock.nanos();
        var due = holders.entrySet().stream()
                .filter(each -> now - each.getValue().at >= lookNanos)
                .map(each -> new Holder(each.getKey(), each.getValue()))
                .toList();
        if (!due.isEmpty()) {
            due.forEach(each -> judge(each, now));
            give();
        }
        return holders.values().stream().mapToLong(Look::at).min().orElse(now) + lookNanos;
    }

    private void judge(Holder holder, long now) {
        long cpuNanos;
        boolean room;
        lock.unlock();
        try {
            var sandbox = holder.environment.sandbox();
            cpuNanos = sandbox == null ? -1 : sandbox.cpuNanos();
            room = clock.idleProcessor();
        } finally {
            lock.lock();
        }
        var look = holder.look;
        boolean works = cpuNanos < 0 || cpuNanos - look.cpuNanos >= WORKING * (now - look.at);
        if (!works && room) {
            holders.remove(holder.environment, look);
        } else {
            holders.replace(holder.environment, look, new Look(now, cpuNanos));
        }
    }

    private static String function(ExecutionEnvironment environment) {
        return environment.version().functionArn();
    }
}
