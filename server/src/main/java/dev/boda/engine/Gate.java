package dev.boda.engine;

import java.util.ArrayDeque;

/// Lets only so many quick invocations of a version run at once as the machine can work on. More would run no sooner:
/// sixty-four environments that share two processors do half the work that four do, for each is cold when its turn
/// comes. Long invocations, which mostly wait, are not held back: one that has run for longer than a moment counts no
/// more, and a version counts as quick only while nearly all of its invocations are.
///
/// It only says whether it is closed; whoever is held back has a patience of his own. Part of its
/// [VersionEnvironments], whose monitor guards it.
final class Gate {

    /// How sure it is that the version is quick: one more for each quick return, several less for each slow one.
    private static final int SURE = 4;

    private static final int MOST_SURE = 16;
    private static final int LOST_BY_A_SLOW_ONE = 4;

    private final EngineClock clock;
    private final int quickAtOnce;
    private final long quickNanos;
    /// The invocations that began a moment ago, in that order.
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    private int sureness;

    private record Turn(ExecutionEnvironment environment, long since) {}

    Gate(EngineClock clock, EngineLimits limits) {
        this.clock = clock;
        this.quickAtOnce = limits.quickAtOnce();
        this.quickNanos = limits.quick().toNanos();
    }

    /// Whether an invocation that comes now would only make others slower.
    boolean isClosed() {
        if (sureness < SURE || turns.size() < quickAtOnce) {
            return false;
        }
        forgetLongOnes(clock.nanos());
        return turns.size() >= quickAtOnce;
    }

    /// The environment has an invocation.
    void entered(ExecutionEnvironment environment) {
        long now = clock.nanos();
        forgetLongOnes(now);
        turns.addLast(new Turn(environment, now));
    }

    /// It has asked for more.
    void returned(ExecutionEnvironment environment) {
        forgetLongOnes(clock.nanos());
        boolean quick = left(environment);
        sureness = quick ? Math.min(MOST_SURE, sureness + 1) : Math.max(0, sureness - LOST_BY_A_SLOW_ONE);
    }

    /// It is no more, or will not come back.
    ///
    /// @return whether it had an invocation that counts
    boolean left(ExecutionEnvironment environment) {
        return turns.removeIf(turn -> turn.environment == environment);
    }

    /// Somebody has waited in vain: the version is not as quick as it was.
    void open() {
        sureness = 0;
    }

    private void forgetLongOnes(long now) {
        for (var turn = turns.peekFirst(); turn != null && now - turn.since > quickNanos; turn = turns.peekFirst()) {
            turns.removeFirst();
        }
    }
}
