package dev.boda.engine;

import dev.boda.engine.Home.Departure;
import dev.boda.sandbox.Sandbox;
import dev.boda.telemetry.EnvironmentLog.InitPhase;
import dev.boda.telemetry.InvocationReport.Outcome;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The own thread of an environment: starts its sandbox, waits until it must end, and ends it. Everything that is
/// slow in the life of an environment happens here, so nobody else waits for it.
final class EnvironmentLife {

    private final ExecutionEnvironment environment;
    private final Journal journal;
    private final ColdStart coldStart;
    private final Home home;
    private final EngineClock clock;
    private final EngineLimits limits;
    private final @Nullable Placement first;

    /// @param first the invocation that Init is part of; absent when Init runs ahead
    EnvironmentLife(ExecutionEnvironment environment, ColdStart coldStart, Terms terms, @Nullable Placement first) {
        this.environment = environment;
        this.home = terms.home();
        this.clock = terms.clock();
        this.limits = terms.limits();
        this.journal = environment.journal();
        this.coldStart = coldStart;
        this.first = first;
    }

    /// From the start to the end, when nothing of the environment is left.
    Departure run() {
        ColdStart.Started started;
        try {
            started = coldStart.start(environment, journal, first);
        } catch (NoProgramException e) {
            environment.close(e.sentence());
            return end(new Ending.NoProgram(e.sentence()), null);
        } catch (EnvironmentUnavailableException e) {
            return decline(e);
        } catch (InterruptedException e) {
            return decline(new EnvironmentUnavailableException("The server is closing", e));
        }
        var sandbox = started.sandbox();
        journal.attach(sandbox, bytes -> home.used(environment, bytes));
        sandbox.onExit(environment::exited);
        environment.started(sandbox);
        sandbox.share(environment.plan().footprint().bytes());
        return end(awaitEnding(sandbox), started);
    }

    private Ending awaitEnding(Sandbox sandbox) {
        while (true) {
            var why = environment.look();
            if (why != null) {
                return why;
            }
            environment.deadline().await();
            switch (environment.due()) {
                case NOTHING -> {}
                case FREEZE -> {
                    environment.freeze(sandbox);
                    home.idleForAWhile();
                }
                case EXPIRE -> home.expire(environment);
            }
        }
    }

    /// Waits a bounded time for the first process to end by itself.
    private void awaitExit(Duration atMost) {
        var deadline = environment.deadline();
        deadline.set(clock.nanos() + atMost.toNanos());
        while (!environment.hasExited() && !deadline.passed()) {
            deadline.await();
        }
    }

    /// The environment cannot be started.
    Departure decline(Exception reason) {
        environment.close(String.valueOf(reason.getMessage()));
        if (first != null) {
            first.refuse(reason);
        }
        return new Departure.NotStarted(reason);
    }

    /// @param started what it runs in, if it has come so far
    private Departure end(Ending ending, ColdStart.@Nullable Started started) {
        var remains = environment.takeRemains();
        var placement = remains.placement();
        boolean lost = placement != null && lost(ending, remains);
        var result = placement == null || lost ? null : result(ending, remains, placement);
        if (placement != null && result != null) {
            announce(placement, result);
        }
        try {
            if (started != null) {
                letRuntimeEnd(ending, placement != null, started.sandbox());
            }
        } finally {
            try {
                if (started != null) {
                    started.close();
                }
            } finally {
                reportInit(ending, remains);
                if (placement != null && lost) {
                    leave(placement, ending);
                } else if (placement != null) {
                    conclude(placement, remains.at(), ending, result);
                }
            }
        }
        return remains.initialised() ? new Departure.Quiet() : initEnded(ending, remains);
    }

    /// What it says at its end is heard, where it has something to say; otherwise it stands still from now on: what a
    /// crowd of processes uses is told sooner when they use no more.
    private void letRuntimeEnd(Ending ending, boolean hasInvocation, Sandbox sandbox) {
        boolean said = ending instanceof Ending.InitFailed;
        boolean abandoned = environment.plan().isTraining() && ending instanceof Ending.Closed;
        boolean asked = !hasInvocation && !abandoned && terminates(ending, sandbox);
        if (said || asked) {
            awaitExit(said ? limits.lastWords() : limits.termination());
        } else {
            boolean _ = sandbox.freeze();
        }
        journal.measure();
    }

    private Departure initEnded(Ending ending, Remains remains) {
        if (!(outcome(ending) instanceof Outcome.Failure failure)) {
            return new Departure.Quiet();
        }
        environment.plan().footprint().initFailed();
        if (first == null) {
            return new Departure.InitFailed();
        }
        // Of a time-out nobody else has waited as long as it took.
        return failure instanceof Outcome.Error
                ? new Departure.InitFailedAgain(other -> tell(other, ending, remains))
                : new Departure.Quiet();
    }

    /// An invocation that waited for this Init, and has none of its own.
    private void tell(Placement other, Ending ending, Remains remains) {
        other.begin(journal.log());
        var result = result(ending, remains, other);
        announce(other, Objects.requireNonNull(result));
        conclude(other, other.startedAt(), ending, result);
    }

    /// Whether the runtime is asked to end, and has something to do before: no other hears of it. With an invocation in
    /// it there is none.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>
    private static boolean terminates(Ending ending, Sandbox sandbox) {
        boolean alive = ending instanceof Ending.Unneeded || ending instanceof Ending.Closed;
        return alive && sandbox.terminate();
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
            case Ending.NoProgram(var reason) -> FunctionErrors.noProgram(requestId, reason);
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
            case Ending.NoProgram _ -> new Outcome.Error(FunctionErrors.ENTRYPOINT);
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

    private void conclude(Placement placement, long at, Ending ending, @Nullable InvocationResult result) {
        byte[] tail = null;
        try {
            tail = journal.broke(placement, result, at, outcome(ending));
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
