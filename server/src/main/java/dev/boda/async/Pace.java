package dev.boda.async;

import java.time.Duration;

/// How many events of a lane may run at once, whatever shards they are in: its room. Part of [Timetable].
///
/// While more are due than have room, it grows with time: fast until one is refused; from then on, as the next refusal
/// is near, slowly, and by no more than succeed.
final class Pace {

    /// Of a lane that is new.
    static final int FIRST_ROOM = 8;

    /// How long nothing is tried when one was refused while none ran, whose end would tell that there is room; twice as
    /// long each time.
    static final Duration FIRST_REST = Duration.ofMillis(50);

    static final Duration LONGEST_REST = Duration.ofSeconds(1);

    /// By this part of itself room grows, and by the other one it grows slowly and shrinks.
    private static final int FAST = 2;

    private static final int SLOW = 8;

    private int room = FIRST_ROOM;
    private int taken;
    private boolean refused;
    /// Successes that room has not grown by yet.
    private int successes;

    private int generation;
    private long rest;
    private long restsUntil = Long.MIN_VALUE;

    /// For so many more; below 0 if there was more room before.
    int free() {
        return room - taken;
    }

    /// How many run, or are looked for.
    int taken() {
        return taken;
    }

    /// Room is taken; given back if below 0.
    void take(int events) {
        taken += events;
    }

    /// Whether most of it is taken.
    boolean isFull() {
        return taken * FAST > room;
    }

    /// Grows each time that room is halved.
    int generation() {
        return generation;
    }

    /// Nothing is tried before.
    long restsUntil() {
        return restsUntil;
    }

    /// It has been full for a while.
    ///
    /// @param most that it may have by now
    void adapt(int most) {
        if (room > most) {
            room = Math.max(most, room - part(SLOW));
        } else if (!refused) {
            room = Math.min(most, room + part(FAST));
        } else {
            int more = Math.min(successes, part(SLOW));
            successes -= more;
            room = Math.min(most, room + more);
        }
    }

    private int part(int of) {
        return Math.max(1, room / of);
    }

    void succeeded() {
        successes = Math.min(room, successes + 1);
        rest = 0;
        restsUntil = Long.MIN_VALUE;
    }

    /// Of those that were taken together the first one that is refused halves it.
    ///
    /// @param taken the [#generation] when it was taken
    void refused(int taken, long now) {
        refused = true;
        if (taken == generation) {
            generation++;
            room = Math.max(1, room / 2);
            successes = 0;
        }
        if (this.taken == 0) {
            rest = Math.clamp(rest * 2, FIRST_REST.toNanos(), LONGEST_REST.toNanos());
            restsUntil = now + rest;
        }
    }
}
