package dev.boda.engine;

import java.time.Duration;
import java.util.function.Consumer;

/// Every limit of the engine that is not a function's own.
///
/// @param init                how long Init may take ahead of an invocation; AWS's is 10 s.
///                            <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
/// @param aboutToBeFree       how long a caller waits for an environment, or a slot, whose function has answered but
///                            whose runtime has not asked for more yet
/// @param idle                how long an environment stays without an invocation
/// @param lifetime            how long an environment is given new invocations; AWS ends them "every few hours"
/// @param lastWords           how long an environment that is ending waits for its runtime to end what it was saying:
///                            an answer under way when its process has exited, or the exit after an init error
/// @param eviction            how long a start waits for the end of the environment that makes room for it
/// @param drain               how long closing waits for invocations under way. What ends servers commonly kills them
///                            10 s after it asked (`docker stop`); until then the rest must be ended in order
/// @param startsAtOnce        how many environments are in Init at once before others await their turn; all at
///                            once they would only slow down each other, and those that run
/// @param startTurn           how long a start awaits its turn, at most. Whoever it is for may meet another environment
///                            meanwhile, and then it is not started at all
/// @param quickAtOnce         to how many short invocations of a version at once the [Gate] goes down
/// @param quick               how long an invocation is short, and counts for the [Gate]
/// @param turn                how long an invocation waits for its turn, at most, as long as turns come
/// @param openEnvironments    most environments at once, of all functions
/// @param placements          how often an invocation is placed again because the runtime vanished before it got it
/// @param retiredRemembered   of how many retired versions late invocations are recognised
public record EngineLimits(
        Duration init,
        Duration aboutToBeFree,
        Duration idle,
        Duration lifetime,
        Duration lastWords,
        Duration eviction,
        Duration drain,
        int startsAtOnce,
        Duration startTurn,
        int quickAtOnce,
        Duration quick,
        Duration turn,
        int openEnvironments,
        int placements,
        int retiredRemembered) {

    /// What a server starts with.
    public static final EngineLimits DEFAULT = new EngineLimits(
            Duration.ofSeconds(10),
            Duration.ofMillis(20),
            Duration.ofMinutes(10),
            Duration.ofHours(2),
            Duration.ofMillis(250),
            Duration.ofSeconds(2),
            Duration.ofSeconds(7),
            2 * Runtime.getRuntime().availableProcessors(),
            Duration.ofMillis(200),
            2 * Runtime.getRuntime().availableProcessors(),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            1_000,
            3,
            1_024);

    /// As this, but for what `change` sets: `limits.with(its -> its.openEnvironments = 2)`.
    public EngineLimits with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /// Limits that are being changed.
    public static final class Draft {

        public Duration init;
        public Duration aboutToBeFree;
        public Duration idle;
        public Duration lifetime;
        public Duration lastWords;
        public Duration eviction;
        public Duration drain;
        public int startsAtOnce;
        public Duration startTurn;
        public int quickAtOnce;
        public Duration quick;
        public Duration turn;
        public int openEnvironments;
        public int placements;
        public int retiredRemembered;

        private Draft(EngineLimits from) {
            init = from.init;
            aboutToBeFree = from.aboutToBeFree;
            idle = from.idle;
            lifetime = from.lifetime;
            lastWords = from.lastWords;
            eviction = from.eviction;
            drain = from.drain;
            startsAtOnce = from.startsAtOnce;
            startTurn = from.startTurn;
            quickAtOnce = from.quickAtOnce;
            quick = from.quick;
            turn = from.turn;
            openEnvironments = from.openEnvironments;
            placements = from.placements;
            retiredRemembered = from.retiredRemembered;
        }

        private EngineLimits limits() {
            return new EngineLimits(
                    init,
                    aboutToBeFree,
                    idle,
                    lifetime,
                    lastWords,
                    eviction,
                    drain,
                    startsAtOnce,
                    startTurn,
                    quickAtOnce,
                    quick,
                    turn,
                    openEnvironments,
                    placements,
                    retiredRemembered);
        }
    }
}
