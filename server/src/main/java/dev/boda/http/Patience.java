package dev.boda.http;

import java.time.Duration;

/// What a connection waits for from its client, and until when. Set by the connection's I/O thread, read by any.
final class Patience {

    private static final long NEVER = 0;

    /// What a deadline is for.
    enum Awaited {
        /// Nothing: the client has done its part.
        NOTHING,
        /// The first byte of a request: nobody has a loss when the connection is closed.
        REQUEST,
        /// The rest of its head.
        HEAD,
        /// The client to receive or to send at the pace of the limits.
        PROGRESS
    }

    private volatile Awaited awaited = Awaited.REQUEST;
    private volatile long deadlineNanos;
    // Published by the deadline.
    private long sinceNanos;
    private Duration pause = Duration.ZERO;
    private long movedBefore;

    Awaited awaited() {
        return awaited;
    }

    /// The client has all the time it wants.
    void awaitNothing() {
        awaited = Awaited.NOTHING;
        deadlineNanos = NEVER;
    }

    void await(Awaited what, Duration atMost) {
        long now = System.nanoTime();
        long deadline = now + atMost.toNanos();
        awaited = what;
        sinceNanos = now;
        deadlineNanos = deadline == NEVER ? 1 : deadline;
    }

    /// In each such pause something must move.
    ///
    /// @param moved so far, in bytes
    void awaitProgress(Duration each, long moved) {
        pause = each;
        movedBefore = moved;
        await(Awaited.PROGRESS, each);
    }

    /// Whether the client kept the pace; then it has as long again.
    boolean goesOn(long moved, long paceBytes) {
        if (moved - movedBefore < paceBytes) {
            return false;
        }
        awaitProgress(pause, moved);
        return true;
    }

    /// A deadline that has passed at `nowNanos`, or 0.
    long passed(long nowNanos) {
        long deadline = deadlineNanos;
        return deadline != NEVER && nowNanos - deadline >= 0 ? deadline : NEVER;
    }

    /// Whether this is still the deadline.
    boolean is(long deadline) {
        return deadlineNanos == deadline;
    }

    /// Since when it waits, in nanoseconds of the JVM's timer.
    long sinceNanos() {
        return sinceNanos;
    }

    /// Whether no request is under way.
    boolean waitsForRequest() {
        return awaited == Awaited.REQUEST || awaited == Awaited.HEAD;
    }
}
