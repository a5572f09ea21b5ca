package dev.boda.engine;

import dev.boda.engine.Home.Departure;
import dev.boda.telemetry.EnvironmentLog.InitPhase;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The own thread of an environment: starts its sandbox, waits until it must end, and ends it. Everything that is
/// slow in the life of an environment happens here, so nobody else waits for it.
final class EnvironmentLife {

    private final ExecutionEnvironment environment;
    private final Journal journal;
    private final ColdStart coldStart;
    private final Home home;
    private final @Nullable Placement first;

    /// @param first the invocation that Init is part of; absent when Init runs ahead
    EnvironmentLife(
            ExecutionEnvironment environment,
            Journal journal,
            ColdStart coldStart,
            Home home,
            @Nullable Placement first) {
        this.environment = environment;
        this.journal = journal;
        this.coldStart = coldStart;
        this.home = home;
        this.first = first;
    }

    /// Whether its Init runs ahead of any invocation.
    boolean isAhead() {
        return first == null;
    }

    /// From the start to the end, when nothing of the environment is left.
    Departure run() {
        ColdStart.Started started;
        try {
            started = coldStart.start(environment, journal, first);
        } catch (EnvironmentUnavailableException e) {
            return decline(e);
        } catch (InterruptedException e) {
            return decline(new EnvironmentUnavailableException("The server is closing", e));
        }
        journal.attach(started.sandbox());
        started.sandbox().onExit(environment::exited);
        environment.started(started.sandbox());
        return end(environment.awaitEnding(), started);
    }

    /// The environment cannot be started.
    Departure decline(Exception reason) {
        environment.close(String.valueOf(reason.getMessage()));
        if (first != null) {
            first.refuse(reason);
        }
        return new Departure.NotStarted(reason);
    }

    private Departure end(Ending ending, ColdStart.Started started) {
        var remains = environment.takeRemains();
        var placement = remains.placement();
        boolean lost = placement != null && lost(ending, remains);
        var result = placement == null || lost ? null : result(ending, remains, placement);
        if (placement != null && result != null) {
            announce(placement, result);
        }
        try {
            journal.measure();
            if (ending instanceof Ending.InitFailed) {
                environment.awaitExit();
                journal.measure();
            }
        } finally {
            try {
                started.close();
            } finally {
                reportInit(ending, remains);
                if (placement != null && lost) {
                    leave(placement, ending);
                } else if (placement != null) {
                    conclude(placement, remains, ending, result);
                }
            }
        }
        boolean aheadOfInvocation = !remains.initialised() && placement == null;
        return aheadOfInvocation && outcome(ending) instanceof Outcome.Failure
                ? new Departure.InitFailed()
                : new Departure.Quiet();
    }

    /// Whether the runtime went away without having seen the invocation.
    private static boolean lost(Ending ending, Remains remains) {
        boolean vanished = ending instanceof Ending.Exited || ending instanceof Ending.RuntimeGone;
        return vanished && remains.initialised() && !remains.delivered();
    }

    /// What the caller gets; nothing if it is the server that ends.
    private static @Nullable InvocationResult result(Ending ending, Remains remains, Placement placement) {
        if (remains.answer() != null) {
            return remains.answer();
        }
        String requestId = placement.invocation().requestId();
        return switch (ending) {
            case Ending.Exited(var exit) -> FunctionErrors.exited(requestId, exit);
            case Ending.InitFailed(var type, var payload) -> FunctionErrors.reported(type, payload);
            case Ending.RuntimeGone() -> FunctionErrors.gone(requestId);
            case Ending.TimedOut(), Ending.InitTimedOut() ->
                FunctionErrors.timedOut(
                        requestId, placement.invocation().version().timeoutSeconds());
            case Ending.Unneeded _, Ending.Closed _ -> null;
        };
    }

    private static Outcome outcome(Ending ending) {
        return switch (ending) {
            case Ending.Exited(var exit) -> new Outcome.Error(FunctionErrors.exitType(exit));
            case Ending.InitFailed(var type, var _) -> new Outcome.Error(type);
            case Ending.RuntimeGone() -> new Outcome.Error(FunctionErrors.EXIT);
            case Ending.TimedOut(), Ending.InitTimedOut() -> new Outcome.Timeout();
            case Ending.Unneeded _, Ending.Closed _ -> new Outcome.Success();
        };
    }

    /// Nobody waits for the end of the sandbox who does not have to.
    private static void announce(Placement placement, InvocationResult result) {
        placement.slot().aboutToBeFree();
        if (!placement.invocation().tail()) {
            placement.complete(result);
        }
    }

    private void reportInit(Ending ending, Remains remains) {
        if (!remains.initialised() && outcome(ending) instanceof Outcome.Failure failure) {
            journal.initReport(
                    first == null ? InitPhase.INIT : InitPhase.INVOKE, Duration.ofNanos(remains.age()), failure);
        }
    }

    private void leave(Placement placement, Ending ending) {
        if (placement.leaveLog()) {
            journal.abandon(placement, outcome(ending));
        }
        home.undelivered(placement);
    }

    private static String why(Ending ending) {
        return ending instanceof Ending.Closed(var why) ? why : "The execution environment has ended";
    }

    private void conclude(Placement placement, Remains remains, Ending ending, @Nullable InvocationResult result) {
        byte[] tail = null;
        try {
            tail = journal.broke(placement, result, remains.at(), outcome(ending));
        } finally {
            if (result == null) {
                placement.refuse(new EnvironmentUnavailableException(why(ending), null));
            } else {
                placement.slot().free();
                placement.complete(FunctionErrors.withTail(result, tail));
            }
        }
    }
}
