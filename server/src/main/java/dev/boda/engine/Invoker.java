package dev.boda.engine;

import dev.boda.telemetry.metrics.FunctionMeters;

/// The invocation path. Whoever wants a function to run ends here.
public final class Invoker {

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

    /// Runs an invocation; its answer goes into `sink`. Blocks until the runtime has given the answer or, for a caller
    /// who wants the log's tail, until it has asked for more.
    ///
    /// A caller who hangs up interrupts the waiting thread. That ends the waiting, not the invocation: it goes
    /// on, its answer goes nowhere, and its slot is freed when it ends.
    ///
    /// @throws ThrottledException              when there is no slot, or it comes too soon
    /// @throws EnvironmentUnavailableException when there is no environment and none can be started
    public InvocationResult invoke(Invocation invocation, ResponseSink sink)
            throws ThrottledException, EnvironmentUnavailableException, InterruptedException {
        try {
            var version = invocation.version();
            var slot = concurrency.acquire(quotas.provisioned(version), quotas.shares(version));
            var placement = new Placement(invocation, sink, slot, clock);
            environments.place(placement);
            return placement.await();
        } catch (ThrottledException e) {
            meters.of(invocation.version()).throttled();
            throw e;
        }
    }
}
