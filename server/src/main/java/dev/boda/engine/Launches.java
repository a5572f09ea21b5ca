package dev.boda.engine;

import dev.boda.engine.Home.Departure;
import dev.boda.function.FunctionVersion;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Starts environments, each on a thread of its own, when there is all that it needs: room, the end of the gap after
/// Inits that failed, a turn on the processors. Nothing of that waiting is part of Init.
final class Launches {

    private final ColdStart coldStart;
    private final Terms terms;
    private final Home home;
    private final EngineClock clock;
    private final EngineLimits limits;
    private final Room room;
    private final StartTurns turns;
    private final ScalingRate scaling;
    private final Footprints footprints;
    private final DebuggedVersions debugged;
    private final AtomicLong names = new AtomicLong();
    private final String namePrefix;

    /// @param missed is told of versions that start without a cache, and could have one
    Launches(
            ColdStartParts parts, Terms terms, Room room, DebuggedVersions debugged, Consumer<FunctionVersion> missed) {
        this.coldStart = new ColdStart(parts, new UsualStart(parts.caches(), missed));
        this.terms = terms;
        this.home = terms.home();
        this.clock = terms.clock();
        this.limits = terms.limits();
        this.room = room;
        this.debugged = debugged;
        this.turns = new StartTurns(limits, clock);
        this.scaling = new ScalingRate(clock);
        this.footprints = new Footprints(limits.versionsRemembered());
        this.namePrefix = "boda-" + Long.toHexString(clock.epochMillis()) + "-";
    }

    /// How many starts await their turn.
    int waiting() {
        return turns.waiting() + room.waiting();
    }

    Footprint footprint(FunctionVersion version) {
        return footprints.of(version);
    }

    /// Ends an environment that is idle: its room is about to be somebody else's.
    void dismiss(ExecutionEnvironment idle) {
        room.leaves(idle);
        idle.dismiss();
    }

    /// The environment's Init is over.
    void initEnded(ExecutionEnvironment environment) {
        turns.release(environment);
    }

    /// Starts an environment that was promised to those who wait.
    void start(VersionEnvironments environments, FunctionVersion version) {
        launch(environments, version, coldStart.journal(version, clock), null);
    }

    /// Starts an environment whose Init is part of `first`, which has seen an Init fail.
    ///
    /// @param journal of the environment whose Init failed: both have one log stream, as on AWS
    void startAgain(VersionEnvironments environments, Journal journal, Placement first) {
        launch(environments, first.invocation().version(), journal, first);
    }

    private void launch(
            VersionEnvironments environments, FunctionVersion version, Journal journal, @Nullable Placement first) {
        var environment = environment(version, InitializationType.ON_DEMAND, journal);
        environments.add(environment, first == null);
        onOwnThread(environment.id(), () -> {
            var _ = live(environment, first);
        });
    }

    private ExecutionEnvironment environment(FunctionVersion version, InitializationType type, Journal journal) {
        var plan = new EnvironmentPlan(
                namePrefix + names.incrementAndGet(), version, footprint(version), type, debugged.ofStandIn(version));
        return new ExecutionEnvironment(plan, journal, terms);
    }

    /// Runs something on a virtual thread, which a platform thread starts: what a virtual thread starts is carried by
    /// what carries itself, perhaps a thread that has connections to serve.
    void onOwnThread(String name, Runnable action) {
        ForkJoinPool.commonPool().execute(() -> {
            var _ = Thread.ofVirtual().name(name).start(action);
        });
    }

    /// Runs an environment of provisioned concurrency on the calling thread, from its start to its end.
    ///
    /// @return how many have failed to become ready, in a row; 0 if this one became ready
    int runProvisioned(VersionEnvironments environments, FunctionVersion version) {
        var journal = coldStart.journal(version, clock);
        var environment = environment(version, InitializationType.PROVISIONED_CONCURRENCY, journal);
        environments.add(environment, false);
        return switch (live(environment, null)) {
            case Departure.Quiet(), Departure.InitFailedAgain _ -> 0;
            // AWS's word (recorded); the function's log tells why.
            case Departure.InitFailed() -> environments.notProvisioned("FUNCTION_ERROR_INIT_FAILURE");
            case Departure.NotStarted(var reason) -> environments.notProvisioned(String.valueOf(reason.getMessage()));
        };
    }

    private Departure live(ExecutionEnvironment environment, @Nullable Placement first) {
        Departure departure = new Departure.Quiet();
        try {
            departure = run(environment, first);
            return departure;
        } finally {
            home.ended(environment, departure);
        }
    }

    private Departure run(ExecutionEnvironment environment, @Nullable Placement first) {
        long deadline = clock.nanos() + limits.placing().toNanos();
        try {
            refuseIfOver(environment);
            boolean onDemand = first == null && !isKept(environment);
            if (onDemand && !gapEnds(environment, deadline)) {
                return new Departure.Quiet();
            }
            if (onDemand && !scaling.take(environment.version().functionArn())) {
                throw ThrottledException.scalesTooFast();
            }
            if (!room.take(environment, () -> !onDemand || home.stillNeeded(environment), deadline)) {
                return new Departure.Quiet();
            }
            try {
                if (!turns.await(environment, deadline)) {
                    throw ThrottledException.noTurn(limits.startsAtOnce());
                }
                if (environment.plan().isDebugged()) {
                    // Its Init may stop for as long as somebody looks at it.
                    turns.release(environment);
                }
                return runNow(environment, first);
            } finally {
                turns.release(environment);
                room.leave(environment);
            }
        } catch (ThrottledException | EnvironmentUnavailableException e) {
            return life(environment, first).decline(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts the thread of an environment", e);
        }
    }

    /// Whoever it is for may have met another environment meanwhile; then it is not started at all.
    private Departure runNow(ExecutionEnvironment environment, @Nullable Placement first)
            throws EnvironmentUnavailableException {
        refuseIfOver(environment);
        if (first != null || isKept(environment)) {
            return life(environment, first).run();
        }
        if (!environment.plan().footprint().initFails()) {
            return home.stillNeeded(environment) ? life(environment, null).run() : new Departure.Quiet();
        }
        // A version whose Init fails has nothing that runs ahead: each Init is some invocation's.
        var own = home.takeWaiting(environment);
        return own == null ? new Departure.Quiet() : life(environment, own).run();
    }

    /// Whether it is started for nobody, and stays.
    private static boolean isKept(ExecutionEnvironment environment) {
        return environment.plan().isProvisioned() || environment.plan().isDebugged();
    }

    private void refuseIfOver(ExecutionEnvironment environment) throws EnvironmentUnavailableException {
        var refusal = home.refusal(environment);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    private EnvironmentLife life(ExecutionEnvironment environment, @Nullable Placement first) {
        return new EnvironmentLife(environment, coldStart, terms, first);
    }

    /// A version whose Init fails tries now and then, not as often as it is called. Whether the environment, when the
    /// next Init may begin, is still needed.
    private boolean gapEnds(ExecutionEnvironment environment, long deadlineNanos) throws ThrottledException {
        var gap = new Deadline(clock);
        while (environment.plan().footprint().initFails()) {
            if (!home.stillNeeded(environment)) {
                return false;
            }
            long now = clock.nanos();
            long next = environment.plan().footprint().nextInit(now);
            if (next <= now) {
                return true;
            }
            if (now >= deadlineNanos) {
                throw ThrottledException.initFails();
            }
            gap.set(next);
            gap.await();
        }
        return true;
    }
}
