package dev.boda.engine;

import dev.boda.telemetry.metrics.FunctionMeters;

/// The invocation path. Whoever wants a function to run ends here.
public final class Invoker implements InvocationPath {

    private final QuotaSource quotas;
    private final ConcurrencyLimiter concurrency;
    private final EnvironmentPool environments;
    private final FunctionMeters meters;
    private final EngineClock clock;

    public Invoker(
            QuotaSource quotas,
            ConcurrencyLimiter concurrency,
            EnvironmentPool environments,
            FunctionMeters meters,
            EngineClock clock) {
        this.quotas = quotas;
        this.concurrency = concurrency;
        this.environments = environments;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public InvocationResult invoke(Invocation invocation, ResponseSink sink)
            throws ThrottledException, EnvironmentUnavailableException, InterruptedException {
        try {
            var session = environments.debugged(invocation.version());
            if (session != null) {
                return debugged(invocation, session.enter(invocation), sink);
            }
            return run(invocation, sink, acquire(invocation));
        } catch (ThrottledException e) {
            meters.of(invocation.version()).throttled();
            throw e;
        }
    }

    private Slot acquire(Invocation invocation) throws ThrottledException, InterruptedException {
        var version = invocation.version();
        return concurrency.acquire(quotas.provisioned(version), quotas.shares(version));
    }

    private InvocationResult run(Invocation invocation, ResponseSink sink, Slot slot)
            throws ThrottledException, EnvironmentUnavailableException, InterruptedException {
        var placement = new Placement(invocation, sink, slot, clock);
        environments.place(placement);
        return placement.await();
    }

    /// It counts as what was invoked, be that provisioned or not. The next one's turn comes when nothing is left to do
    /// for this one, be its caller answered long before.
    private InvocationResult debugged(Invocation invocation, DebugSession.Turn turn, ResponseSink sink)
            throws ThrottledException, EnvironmentUnavailableException, InterruptedException {
        Slot slot;
        try {
            slot = acquire(invocation);
        } catch (ThrottledException | InterruptedException e) {
            turn.over().run();
            throw e;
        }
        slot.whenFree(turn.over());
        return run(turn.invocation(), sink, slot);
    }
}
