package dev.boda.engine;

import java.time.Duration;
import java.util.function.Consumer;

/// Every limit of the engine that is not a function's own.
///
/// @param init                how long Init may take ahead of an invocation; AWS's is 10 s.
///                            <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
/// @param provisionedInit     how long Init of provisioned concurrency may take, unless the function's timeout is
/// longer
/// @param aboutToBeFree       how long a caller waits for an environment, or a slot, whose function has answered but
///                            whose runtime has not asked for more yet
/// @param freeze              how long an environment is idle before its processes stand still: not between calls that
///                            follow on each other, and much later where such calls are usual ([Age#STEADY])
/// @param retirement          how long an environment stays without an invocation
/// @param lifetime            how old an environment grows; AWS ends them "every few hours"
/// @param lastWords           how long an environment that is ending waits for its runtime to end what it was saying:
///                            an answer under way when its process has exited, or the exit after an init error
/// @param termination         how long a runtime that was asked to end has for it; AWS gives those without extensions
///                            up to 300 ms, and then SIGKILL
/// @param placing             how long an environment waits for all it needs to be started, before the invocation is
///                            throttled that it is for
/// @param drain               how long closing waits for invocations under way. What ends servers commonly kills them
///                            10 s after it asked (`docker stop`); until then the rest must be ended in order
/// @param startsAtOnce        how many environments are in Init at once and use the processors; more would only slow
///                            down each other, and those that run. Whoever the others are for may meet another
///                            environment while they await their turn, and then they are not started at all
/// @param startTurn           how long an Init leaves the processors alone before its turn is another's
/// @param quickAtOnce         to how many short invocations of a version at once the [Gate] goes down
/// @param quick               how long an invocation is short, and counts for the [Gate]
/// @param turn                how long an invocation waits for its turn, at most, as long as turns come
/// @param openEnvironments    most environments at once, of all functions
/// @param memoryBytes         with how much memory they may count together
/// @param placements          how often an invocation is placed again because the runtime vanished before it got it
/// @param retiredRemembered   of how many retired versions late invocations are recognised
/// @param versionsRemembered  of how many versions it is known what their environments used
public record EngineLimits(
        Duration init,
        Duration provisionedInit,
        Duration aboutToBeFree,
        Duration freeze,
        Retirement retirement,
        Duration lifetime,
        Duration lastWords,
        Duration termination,
        Duration placing,
        Duration drain,
        int startsAtOnce,
        Duration startTurn,
        int quickAtOnce,
        Duration quick,
        Duration turn,
        int openEnvironments,
        long memoryBytes,
        int placements,
        int retiredRemembered,
        int versionsRemembered) {

    /// What a server starts with.
    public static final EngineLimits DEFAULT = new EngineLimits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(130),
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Retirement.DEFAULT,
            Duration.ofHours(2),
            Duration.ofMillis(250),
            Duration.ofMillis(300),
            Duration.ofSeconds(30),
            Duration.ofSeconds(7),
            2 * Runtime.getRuntime().availableProcessors(),
            Duration.ofMillis(200),
            2 * Runtime.getRuntime().availableProcessors(),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            1_000,
            Long.MAX_VALUE,
            3,
            1_024,
            10_000);

    /// How long Init may take ahead of an invocation.
    Duration init(EnvironmentPlan plan) {
        if (!plan.isProvisioned()) {
            return init;
        }
        var timeout = Duration.ofSeconds(plan.version().timeoutSeconds());
        return timeout.compareTo(provisionedInit) > 0 ? timeout : provisionedInit;
    }

    /// For how many nanoseconds an environment is kept that is idle.
    long keepNanos(EnvironmentPlan plan) {
        return plan.isProvisioned() ? lifetime.toNanos() : plan.footprint().keepNanos(retirement);
    }

    /// As this, but for what `change` sets: `limits.with(its -> its.openEnvironments = 2)`.
    public EngineLimits with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /// Limits that are being changed.
    public static final class Draft {

        public Duration init;
        public Duration provisionedInit;
        public Duration aboutToBeFree;
        public Duration freeze;
        public Retirement retirement;
        public Duration lifetime;
        public Duration lastWords;
        public Duration termination;
        public Duration placing;
        public Duration drain;
        public int startsAtOnce;
        public Duration startTurn;
        public int quickAtOnce;
        public Duration quick;
        public Duration turn;
        public int openEnvironments;
        public long memoryBytes;
        public int placements;
        public int retiredRemembered;
        public int versionsRemembered;

        private Draft(EngineLimits from) {
            init = from.init;
            provisionedInit = from.provisionedInit;
            aboutToBeFree = from.aboutToBeFree;
            freeze = from.freeze;
            retirement = from.retirement;
            lifetime = from.lifetime;
            lastWords = from.lastWords;
            termination = from.termination;
            placing = from.placing;
            drain = from.drain;
            startsAtOnce = from.startsAtOnce;
            startTurn = from.startTurn;
            quickAtOnce = from.quickAtOnce;
            quick = from.quick;
            turn = from.turn;
            openEnvironments = from.openEnvironments;
            memoryBytes = from.memoryBytes;
            placements = from.placements;
            retiredRemembered = from.retiredRemembered;
            versionsRemembered = from.versionsRemembered;
        }

        private EngineLimits limits() {
            return new EngineLimits(
                    init,
                    provisionedInit,
                    aboutToBeFree,
                    freeze,
                    retirement,
                    lifetime,
                    lastWords,
                    termination,
                    placing,
                    drain,
                    startsAtOnce,
                    startTurn,
                    quickAtOnce,
                    quick,
                    turn,
                    openEnvironments,
                    memoryBytes,
                    placements,
                    retiredRemembered,
                    versionsRemembered);
        }
    }
}
