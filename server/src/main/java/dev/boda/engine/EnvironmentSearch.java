package dev.boda.engine;

import org.jspecify.annotations.Nullable;

/// Finds environments for invocations: one that is idle, one that is about to be, or a new one.
final class EnvironmentSearch {

    private final Versions versions;
    private final Launches launches;
    private final EngineClock clock;
    private final EngineLimits limits;

    EnvironmentSearch(Versions versions, Launches launches, EngineClock clock, EngineLimits limits) {
        this.versions = versions;
        this.launches = launches;
        this.clock = clock;
        this.limits = limits;
    }

    /// Finds an environment for the invocation, waiting only for one about to be idle. From here on the placement ends
    /// by itself; when the waiting thread is interrupted, its caller has hung up and it goes on.
    void place(Placement placement) throws InterruptedException {
        var environments = enter(placement, true);
        if (environments == null) {
            return;
        }
        boolean inTime = false;
        try {
            inTime = awaitTurn(environments, placement);
        } catch (InterruptedException e) {
            placement.hangUp();
            throw e;
        } finally {
            if (!inTime) {
                hurry(environments, placement);
            }
        }
    }

    /// Whether the invocation met an environment in time. When the server itself stood still, nobody waited in vain.
    private boolean awaitTurn(VersionEnvironments environments, Placement placement) throws InterruptedException {
        long now = clock.nanos();
        long latest = now + limits.turn().toNanos();
        boolean placed;
        boolean stoodStill;
        do {
            long until = now + limits.aboutToBeFree().toNanos();
            placed = placement.awaitPlaced(until);
            now = clock.nanos();
            stoodStill = now - until > limits.aboutToBeFree().toNanos() / 2;
        } while (!placed && now < latest && (stoodStill || environments.holdsBack(placement)));
        return placed;
    }

    private void hurry(VersionEnvironments environments, Placement placement) {
        switch (environments.impatient(placement)) {
            case Claim.Take(var idle) -> offer(idle, placement);
            case Claim.Start() ->
                launches.start(environments, placement.invocation().version());
            case Claim.Wait(), Claim.Yield _, Claim.Forgotten() -> {}
        }
    }

    /// Puts the invocation into an idle environment or the queue.
    ///
    /// @return where it waits for an environment about to be idle; null if there is nothing to wait for
    @Nullable
    VersionEnvironments enter(Placement placement, boolean patient) {
        var version = placement.invocation().version();
        while (true) {
            var environments = versions.of(version);
            switch (environments.claim(placement, patient)) {
                case Claim.Take(var idle) -> {
                    if (idle.offer(placement)) {
                        return null;
                    }
                }
                case Claim.Yield(var idle, var to) -> offer(idle, to);
                case Claim.Wait() -> {
                    return environments;
                }
                case Claim.Start() -> {
                    launches.start(environments, version);
                    return null;
                }
                case Claim.Forgotten() -> versions.forget(version, environments);
            }
        }
    }

    /// Into this environment, or another one if that is ending.
    void offer(ExecutionEnvironment environment, Placement placement) {
        if (!environment.offer(placement)) {
            var _ = enter(placement, false);
        }
    }
}
