package dev.boda.engine;

/// How old an environment is, and since when it is idle, on the engine's clock. Part of its [ExecutionEnvironment],
/// whose monitor guards it.
final class Age {

    private final EngineLimits limits;
    private final long lifetimeNanos;
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
    Age(EngineLimits limits, int timeoutSeconds) {
        this.limits = limits;
        long lifetime = limits.lifetime().toNanos();
        this.lifetimeNanos = Math.max(lifetime / 2, lifetime - timeoutSeconds * 1_000_000_000L);
    }

    void bornAt(long now) {
        bornAt = now;
    }

    long of(long now) {
        return now - bornAt;
    }

    /// Whether it may be given more invocations.
    boolean isYoung(long now) {
        return of(now) < lifetimeNanos;
    }

    long idleSince() {
        return idleSince;
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
        if (now >= idleEnds) {
            idleEnds = now + limits.retirement().shortest().toNanos();
            return Due.EXPIRE;
        }
        if (!frozen && now >= idleSince + limits.freeze().toNanos()) {
            frozen = true;
            return Due.FREEZE;
        }
        return Due.NOTHING;
    }

    /// When something is due.
    long next() {
        return frozen
                ? idleEnds
                : Math.min(idleEnds, idleSince + limits.freeze().toNanos());
    }
}
