package dev.boda.engine;

import java.time.Duration;

/// How old an environment is, and since when it is idle, on the engine's clock. Part of its [ExecutionEnvironment],
/// whose monitor guards it.
final class Age {

    /// So many times as long as others must one be idle that is in steady use, before it counts as idle.
    static final int STEADY = 20;

    /// So much of each pause goes into the usual one,
    private static final double WEIGHT = 0.05;

    /// and no more than so many times the one after which others count as idle: one long pause is not the usual one.
    private static final int LONGEST = 5;

    private final EngineLimits limits;
    private final boolean lasting;
    private final long lifetimeNanos;
    /// Between two invocations; after some thirty in a row it is short enough.
    private double usualPauseNanos;

    private long bornAt;
    private long idleSince;
    private long idleEnds;
    private boolean frozen;

    /// What is to be done with an idle environment.
    enum Due {
        NOTHING,
        /// Its processes are to stand still.
        FREEZE,
        /// It has been idle for so long, or is so old, that it is to end.
        EXPIRE
    }

    /// @param timeoutSeconds the function's: what is given to it now may run for so long, so that none grows older than
    ///                       its lifetime, unless that is less than twice the timeout
    /// @param lasting        whether it is never idle and never old
    Age(EngineLimits limits, int timeoutSeconds, boolean lasting) {
        this.limits = limits;
        this.lasting = lasting;
        long lifetime = limits.lifetime().toNanos();
        this.lifetimeNanos = Math.max(lifetime / 2, lifetime - timeoutSeconds * 1_000_000_000L);
        this.usualPauseNanos = longestPause();
    }

    void bornAt(long now) {
        bornAt = now;
    }

    long of(long now) {
        return now - bornAt;
    }

    /// Whether it may be given more invocations.
    boolean isYoung(long now) {
        return lasting || of(now) < lifetimeNanos;
    }

    /// It has an invocation again.
    void used(long now) {
        usualPauseNanos += WEIGHT * (Math.min((double) (now - idleSince), longestPause()) - usualPauseNanos);
    }

    /// For how many nanoseconds it has been idle, if [#isIdleFor]; else -1.
    long spareNanos(long now, Duration duration) {
        return isIdleFor(now, duration) ? now - idleSince : -1;
    }

    /// Whether it has been idle for so long, or many times as long if it is in steady use: a function that is called
    /// hundreds of times a second keeps its environment when the machine falters between two of its calls.
    boolean isIdleFor(long now, Duration duration) {
        return !lasting && now - idleSince >= duration.toNanos() * (isSteady() ? STEADY : 1);
    }

    /// It is idle from now on.
    ///
    /// @param keepNanos how long it is worth to be kept
    /// @return when something is due
    long idle(long now, long keepNanos) {
        idleSince = now;
        idleEnds = Math.min(now + keepNanos, bornAt + lifetimeNanos);
        frozen = false;
        return next();
    }

    /// What is due now; it is then done, or will be asked for again.
    Due due(long now) {
        if (now >= idleEnds && !lasting) {
            idleEnds = now + limits.retirement().shortest().toNanos();
            return Due.EXPIRE;
        }
        if (!frozen && isIdleFor(now, limits.freeze())) {
            frozen = true;
            return Due.FREEZE;
        }
        return Due.NOTHING;
    }

    /// When something is due.
    long next() {
        if (lasting) {
            return EngineClock.NEVER;
        }
        return frozen
                ? idleEnds
                : Math.min(idleEnds, idleSince + limits.freeze().toNanos() * (isSteady() ? STEADY : 1));
    }

    private double longestPause() {
        return LONGEST * (double) limits.freeze().toNanos();
    }

    private boolean isSteady() {
        return usualPauseNanos < limits.freeze().toNanos();
    }
}
