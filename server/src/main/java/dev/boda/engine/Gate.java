package dev.boda.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Lets only so many invocations of a version run at a time as the machine can work on, where they are short and come
/// in crowds. More would run no sooner: sixty-four environments that share two processors do half the work that four
/// do, for each is cold when its turn comes.
///
/// How many that is it finds by trying ([Trial]): it lets half as many run for a moment, and stays with that if as many
/// return all the same; it lets twice as many run, and stays with that if clearly more return. Invocations that work
/// for a processor so come down to the fewest; those that wait for something else are soon let through, all of them.
///
/// ```
///   OPEN  ── many return in a moment, more than the fewest running ──▶ TRIES fewer
///   TRIES ── as good, or better ────▶ TRIES on, from there
///   TRIES ── not so ────────────────▶ RESTS, with as many as before, for ever longer
///   TRIES ── unclear ───────────────▶ COMPARES, with as many as before ──▶ TRIES
///   RESTS ── long, or others come ──▶ TRIES half and twice as many, in turns
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

    /// Where nobody returns for so long there was a pause, of which a moment that holds it tells nothing.
    private static final long PAUSE_NANOS = 4 * MOMENT_NANOS;

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

    /// Invocations that take so many times as long as they did, or the same part of it, are others.
    private static final double OTHER_KIND = 4;

    private enum State {
        OPEN,
        TRIES,
        COMPARES,
        RESTS
    }

    private final EngineClock clock;
    private final int fewest;
    /// Who has not returned by then is late. After a change no longer goes by before what returns tells of it, and when
    /// nobody has returned for so long those who are held back wait in vain.
    private final long quickNanos;
    /// The invocations that began a short time ago, in that order.
    private final ArrayDeque<Turn> turns = new ArrayDeque<>();
    private State state = State.OPEN;
    /// What is being tried.
    private Trial trial = new Trial(0);
    /// How many may run at a time, unless others are tried in their place.
    private int own;
    private int other;
    /// With how many it rested last.
    private int found = WIDEST;
    private int returns;
    private int late;
    private long runningSum;
    private long takenSum;
    private boolean heldBack;
    private long momentBegan;
    /// How many must return before the moment begins, of those that ran before a change.
    private int settling;
    private long restEnds;
    private long restNanos = SHORTEST_REST_NANOS;
    /// How long invocations took in the first moment of the rest; 0 until then.
    private double takenAtRest;
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
        if (state == State.OPEN || turns.size() < most()) {
            return false;
        }
        forgetLongOnes(clock.nanos());
        return turns.size() >= most();
    }

    /// Whether another environment is started rather than that an invocation waits: not where there are as many as may
    /// run, and only some at a time, for starts take more of the machine than the crowd they are for.
    boolean letsStart(int environments, int starts) {
        return state == State.OPEN || (environments < most() && starts < fewest);
    }

    /// An invocation waits because the gate is closed, or lets nothing be started.
    void holdsBack() {
        heldBack = true;
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
        boolean paused = now - lastReturn > PAUSE_NANOS;
        lastReturn = now;
        if (paused) {
            resume(now);
        }
        if (settling > 0) {
            settling--;
            if (settling > 0 && now - momentBegan < quickNanos) {
                return;
            }
            settling = 0;
            momentBegan = now;
        }
        count(running, turn, now);
        long length = now - momentBegan;
        if (length >= MOMENT_NANOS) {
            judge(running, returns * (double) MOMENT_NANOS / length, now);
        }
    }

    private void count(int running, @Nullable Turn turn, long now) {
        returns++;
        if (turn == null) {
            late++;
        } else {
            runningSum += running;
            takenSum += now - turn.since;
        }
    }

    /// Goes on after a pause.
    private void resume(long now) {
        if (state == State.TRIES || state == State.COMPARES) {
            rest(now);
        } else if (state == State.RESTS && heldBack && mostAreLate()) {
            open(now);
        } else {
            beginMoment(now);
        }
    }

    private boolean mostAreLate() {
        return returns > 0 && 2 * late >= returns;
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
        own = 2 * most();
        if (own > WIDEST) {
            open(now);
        } else {
            // Nothing was measured: the next one to be tried is fewer, and soon.
            other = own;
            restNanos = SHORTEST_REST_NANOS;
            rest(now);
            restEnds = now;
        }
    }

    /// @param inMoment how many returned in the last moment
    private void judge(int running, double inMoment, long now) {
        boolean crowd = inMoment >= CROWD && !mostAreLate();
        // As many return as run, each after its time. Counted they would not tell: a crowd may walk in step.
        double rate = takenSum == 0 ? 0 : (double) runningSum / takenSum;
        switch (state) {
            case OPEN -> {
                if (crowd && running > fewest) {
                    own = running;
                    tryOther(Math.min(found, running / 2), rate, now);
                } else {
                    beginMoment(now);
                }
            }
            case RESTS -> {
                if (!crowd && heldBack) {
                    open(now);
                } else if (crowd && (now >= restEnds || turnedToOthers())) {
                    tryOther(other < own ? 2 * own : own / 2, rate, now);
                } else {
                    beginMoment(now);
                }
            }
            case COMPARES -> {
                trial.own(rate);
                change(State.TRIES, now);
            }
            case TRIES -> tried(crowd, rate, now);
        }
    }

    /// Whether invocations take clearly longer than when the rest began, or clearly less long.
    private boolean turnedToOthers() {
        double taken = (double) takenSum / (returns - late);
        if (takenAtRest == 0) {
            takenAtRest = taken;
        }
        boolean turned = taken > OTHER_KIND * takenAtRest || takenAtRest > OTHER_KIND * taken;
        if (turned) {
            restNanos = SHORTEST_REST_NANOS;
        }
        return turned;
    }

    private void tried(boolean crowd, double rate, long now) {
        boolean fewer = other < own;
        double wanted = fewer ? AS_GOOD : heldBack ? CLEARLY_BETTER : BETTER;
        switch (crowd ? trial.other(rate, wanted) : Trial.Verdict.WORSE) {
            case BETTER -> {
                restNanos = SHORTEST_REST_NANOS;
                own = other;
                if (own == fewest) {
                    rest(now);
                } else {
                    tryOther(fewer ? own / 2 : 2 * own, rate, now);
                }
            }
            case WORSE -> rest(now);
            case UNCLEAR -> change(State.COMPARES, now);
        }
    }

    /// Tries others in the place of its own; twice as many where that would be fewer than the fewest.
    private void tryOther(int others, double rate, long now) {
        other = others >= own || own > fewest ? Math.max(fewest, others) : 2 * own;
        trial = new Trial(rate);
        change(State.TRIES, now);
    }

    private void rest(long now) {
        found = own;
        takenAtRest = 0;
        restEnds = now + restNanos;
        restNanos = Math.min(LONGEST_REST_NANOS, 2 * restNanos);
        change(State.RESTS, now);
    }

    private void open(long now) {
        state = State.OPEN;
        restNanos = SHORTEST_REST_NANOS;
        beginMoment(now);
    }

    /// From now on another number may run. What returns tells of that when those that run now are gone.
    private void change(State to, long now) {
        state = to;
        beginMoment(now);
        settling = turns.size();
    }

    /// How many may run at a time, where not all may.
    private int most() {
        return state == State.TRIES ? other : own;
    }

    private void beginMoment(long now) {
        returns = 0;
        late = 0;
        runningSum = 0;
        takenSum = 0;
        heldBack = false;
        settling = 0;
        momentBegan = now;
    }

    private void forgetLongOnes(long now) {
        for (var turn = turns.peekFirst(); turn != null && now - turn.since > quickNanos; turn = turns.peekFirst()) {
            turns.removeFirst();
        }
    }
}
