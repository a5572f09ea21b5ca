package dev.boda.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Lets only so many invocations of a version run at a time as the machine can work on, where they are short and come
/// in crowds. More would run no sooner: sixty-four environments that share two processors do half the work that four
/// do, for each is cold when its turn comes.
///
/// How many that is it finds by trying: it lets half as many run for a moment, and stays with that if as many return
/// all the same; it lets twice as many run, and stays with that if clearly more return. Invocations that work for a
/// processor so come down to the fewest; those that wait for something else are soon let through, all of them.
///
/// ```
///   OPEN  ── many return in a moment, more than the fewest running ──▶ TRIES half
///   TRIES ── as good, or better ────▶ TRIES on, from there
///   TRIES ── not so ────────────────▶ RESTS, with as many as before, for ever longer
///   RESTS ── long enough ───────────▶ TRIES half and twice as many, in turns
///   RESTS ── few return, or late, and others were held back ──▶ OPEN
/// ```
///
/// An invocation that has run for longer than the short ones counts no more. Whoever is held back has a patience of his
/// own.
///
/// Part of its [VersionEnvironments], whose monitor guards it.
final class Gate {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /// A moment, in which is measured how many return, by how many run and how long each takes.
    private static final long MOMENT_NANOS = 60 * NANOS_PER_MILLI;

    /// So few returns in a moment are no crowd.
    private static final int CROWD = 20;

    private static final long SHORTEST_REST_NANOS = 250 * NANOS_PER_MILLI;
    private static final long LONGEST_REST_NANOS = 8_000 * NANOS_PER_MILLI;
    private static final int WIDEST = 1_000;

    /// Fewer at a time must not cost more than a tenth of the returns. More at a time must bring a fifth more, or where
    /// that is all who come, anything that is more than chance.
    private static final double AS_GOOD = 0.9;

    private static final double CLEARLY_BETTER = 1.2;
    private static final double BETTER = 1.05;

    private enum State {
        OPEN,
        TRIES,
        RESTS
    }

    private final EngineClock clock;
    private final int fewest;
    /// Who has not returned by then is late. After a change so long goes by before what returns tells of it, and when
    /// nobody has returned for so long those who are held back wait in vain.
    private final long quickNanos;
    /// The invocations that began a short time ago, in that order.
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    private State state = State.OPEN;
    /// How many may run at a time, and how many might before what is being tried.
    private int most;
    private int mostBefore;
    private double rateBefore;
    private boolean triedFewer;
    private int returns;
    private int late;
    private long runningSum;
    private long takenSum;
    private boolean heldBack;
    private long momentBegan;
    private long restEnds;
    private long restNanos = SHORTEST_REST_NANOS;
    private long lastReturn;
    private long widenedAt;

    private record Turn(Object environment, long since) {}

    Gate(EngineClock clock, EngineLimits limits) {
        this.clock = clock;
        this.fewest = limits.quickAtOnce();
        this.quickNanos = limits.quick().toNanos();
    }

    /// Whether an invocation that comes now would only make others slower.
    boolean isClosed() {
        if (state == State.OPEN || turns.size() < most) {
            return false;
        }
        forgetLongOnes(clock.nanos());
        return holds(turns.size() >= most);
    }

    private boolean holds(boolean back) {
        heldBack |= back;
        return back;
    }

    /// Whether another environment is started rather than that an invocation waits: not where there are as many as may
    /// run, and only some at a time, for starts take more of the machine than the crowd they are for.
    boolean letsStart(int environments, int starts) {
        return state == State.OPEN || !holds(environments >= most || starts >= fewest);
    }

    /// Whether those who are held back had better wait on, for their turn comes.
    boolean moves() {
        return state != State.OPEN && clock.nanos() - lastReturn <= quickNanos;
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
        int running = turns.size();
        var turn = take(environment);
        lastReturn = now;
        if (now < momentBegan) {
            return;
        }
        returns++;
        if (turn == null) {
            late++;
        } else {
            runningSum += running;
            takenSum += now - turn.since;
        }
        long length = now - momentBegan;
        if (length >= MOMENT_NANOS) {
            judge(running, returns * (double) MOMENT_NANOS / length, now);
        }
    }

    /// It is no more, or will not come back.
    ///
    /// @return whether it had an invocation that counts
    boolean left(Object environment) {
        return take(environment) != null;
    }

    private @Nullable Turn take(Object environment) {
        for (var all = turns.iterator(); all.hasNext(); ) {
            var turn = all.next();
            if (turn.environment.equals(environment)) {
                all.remove();
                return turn;
            }
        }
        return null;
    }

    /// Somebody was held back in vain: twice as many may run from now on, and soon all if that goes on.
    void waitedInVain() {
        long now = clock.nanos();
        if (state == State.OPEN || now - lastReturn <= quickNanos || now - widenedAt <= quickNanos) {
            return;
        }
        widenedAt = now;
        most *= 2;
        if (most > WIDEST) {
            open(now);
        } else {
            state = State.RESTS;
            restEnds = now;
            beginMoment(now);
        }
    }

    /// @param inMoment how many returned in the last moment
    private void judge(int running, double inMoment, long now) {
        boolean crowd = inMoment >= CROWD && 2 * late < returns;
        // As many return as run, each after its time. Counted they would not tell: a crowd may walk in step.
        double rate = takenSum == 0 ? 0 : (double) runningSum / takenSum;
        switch (state) {
            case OPEN -> {
                if (crowd && running > fewest) {
                    most = running;
                    tryOther(true, rate, now);
                } else {
                    beginMoment(now);
                }
            }
            case RESTS -> {
                if (!crowd && heldBack) {
                    open(now);
                } else if (crowd && now >= restEnds) {
                    tryOther(!triedFewer, rate, now);
                } else {
                    beginMoment(now);
                }
            }
            case TRIES -> {
                double wanted = triedFewer ? AS_GOOD : heldBack ? CLEARLY_BETTER : BETTER;
                if (rate >= rateBefore * wanted && crowd) {
                    restNanos = SHORTEST_REST_NANOS;
                    tryOther(triedFewer, rate, now);
                } else {
                    most = mostBefore;
                    rest(now);
                }
            }
        }
    }

    private void tryOther(boolean fewer, double rate, long now) {
        rateBefore = rate;
        mostBefore = most;
        triedFewer = fewer && most > fewest;
        most = triedFewer ? Math.max(fewest, most / 2) : most * 2;
        state = State.TRIES;
        beginMoment(now + quickNanos);
    }

    private void rest(long now) {
        state = State.RESTS;
        restEnds = now + restNanos;
        restNanos = Math.min(LONGEST_REST_NANOS, 2 * restNanos);
        beginMoment(now);
    }

    private void open(long now) {
        state = State.OPEN;
        restNanos = SHORTEST_REST_NANOS;
        beginMoment(now);
    }

    private void beginMoment(long begins) {
        returns = 0;
        late = 0;
        runningSum = 0;
        takenSum = 0;
        heldBack = false;
        momentBegan = begins;
    }

    private void forgetLongOnes(long now) {
        for (var turn = turns.peekFirst(); turn != null && now - turn.since > quickNanos; turn = turns.peekFirst()) {
            turns.removeFirst();
        }
    }
}
