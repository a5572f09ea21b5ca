package dev.boda.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets a few environments be in Init at once. The others await their turn, but not long: somebody's Init may take
/// its time, and nobody is held up by that.
final class StartTurns {

    private final Semaphore turns;
    private final long longestNanos;
    private final Set<ExecutionEnvironment> holders = ConcurrentHashMap.newKeySet();

    StartTurns(EngineLimits limits) {
        turns = new Semaphore(limits.startsAtOnce(), true);
        longestNanos = limits.startTurn().toNanos();
    }

    /// How many await their turn.
    int waiting() {
        return turns.getQueueLength();
    }

    /// Returns when it is the environment's turn, or when it has waited long enough.
    void await(ExecutionEnvironment environment) {
        try {
            if (turns.tryAcquire(longestNanos, TimeUnit.NANOSECONDS)) {
                holders.add(environment);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The environment's Init is over, however it ended. Does nothing if it had no turn, or has given it back.
    void release(ExecutionEnvironment environment) {
        if (holders.remove(environment)) {
            turns.release();
        }
    }
}
