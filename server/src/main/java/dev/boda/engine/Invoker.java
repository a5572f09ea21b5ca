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
