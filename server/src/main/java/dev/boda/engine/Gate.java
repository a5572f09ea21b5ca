package dev.boda.engine;

import java.util.ArrayDeque;

/// Lets only so many quick invocations of a version begin at a time as the machine can work on. More would run no
/// sooner: sixty-four environments that share two processors do half the work that four do, for each is cold when its
/// turn comes.
///
/// ```
///          many returns in a short time            nearly all returns are slow, or there are none
///   OPEN ────────────────────────────────▶ CLOSED ───────────────────────────────────────────────▶ OPEN, for longer
/// ```
///
/// Closed, it holds invocations back while as many began a moment ago and run still; one that runs for longer counts
/// no more. Whoever is held back has a patience of his own. Long invocations, which mostly wait, are not held back: of
/// those it opens again, and tries ever more seldom. What returns in the first moments after closing tells nothing: it
/// was in the crowd.
///
/// Part of its [VersionEnvironments], whose monitor guards it.
final class Gate {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /// So many returns for each turn in so short a time make it close.
    private static final int RUSH = 8;

    private static final long RUSH_NANOS = 100 * NANOS_PER_MILLI;
    private static final long TRIAL_NANOS = 100 * NANOS_PER_MILLI;
    private static final long STALLED_NANOS = 10 * NANOS_PER_MILLI;
    private static final long SHORTEST_OPEN_NANOS = 250 * NANOS_PER_MILLI;
    private static final long LONGEST_OPEN_NANOS = 30_000 * NANOS_PER_MILLI;

    /// How sure it is that the version is quick: one more for each quick return, several less for each slow one.
    private static final int MOST_SURE = 16;

    private static final int LOST_BY_A_SLOW_ONE = 4;

    private final EngineClock clock;
    private final int quickAtOnce;
    private final long quickNanos;
    /// The invocations that began a moment ago, in that order.
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    private boolean closed;
    private int sureness;
    private int returns;
    private long returnsSince;
    private long lastReturn;
    private long trialUntil;
    private long openUntil;
    private long openNanos = SHORTEST_OPEN_NANOS;

    private record Turn(Object environment, long since) {}

    Gate(EngineClock clock, EngineLimits limits) {
        this.clock = clock;
        this.quickAtOnce = limits.quickAtOnce();
        this.quickNanos = limits.quick().toNanos();
    }

    /// Whether an invocation that comes now would only make others slower.
    boolean isClosed() {
        if (!closed || turns.size() < quickAtOnce) {
            return false;
        }
        forgetLongOnes(clock.nanos());
        return turns.size() >= quickAtOnce;
    }

    /// The environment has an invocation.
    void entered(Object environment) {
        long now = clock.nanos();
        forgetLongOnes(now);
        turns.addLast(new Turn(environment, now));
    }

    /// It has asked for more.
    void returned(Object environment) {
        long now = clock.nanos();
        forgetLongOnes(now);
        boolean quick = left(environment);
        lastReturn = now;
        if (closed) {
            judge(quick, now);
        } else if (isRush(now)) {
            closed = true;
            sureness = MOST_SURE / 2;
            trialUntil = now + TRIAL_NANOS;
        }
    }

    /// It is no more, or will not come back.
    ///
    /// @return whether it had an invocation that counts
    boolean left(Object environment) {
        return turns.removeIf(turn -> turn.environment.equals(environment));
    }

    /// Somebody was held back in vain.
    void waitedInVain() {
        long now = clock.nanos();
        if (closed && now - lastReturn > STALLED_NANOS) {
            open(now);
        }
    }

    private void judge(boolean quick, long now) {
        if (quick) {
            sureness = Math.min(MOST_SURE, sureness + 1);
            openNanos = sureness == MOST_SURE ? SHORTEST_OPEN_NANOS : openNanos;
        } else if (now >= trialUntil) {
            sureness -= LOST_BY_A_SLOW_ONE;
            if (sureness < 0) {
                open(now);
            }
        }
    }

    private void open(long now) {
        closed = false;
        returns = 0;
        openUntil = now + openNanos;
        openNanos = Math.min(LONGEST_OPEN_NANOS, 2 * openNanos);
    }

    private boolean isRush(long now) {
        if (returns == 0 || now - returnsSince > RUSH_NANOS) {
            returns = 0;
            returnsSince = now;
        }
        returns++;
        return returns >= RUSH * quickAtOnce && now >= openUntil;
    }

    private void forgetLongOnes(long now) {
        for (var turn = turns.peekFirst(); turn != null && now - turn.since > quickNanos; turn = turns.peekFirst()) {
            turns.removeFirst();
        }
    }
}
