package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Environments that are initialised ahead of any invocation and kept: so many of a version. When one ends, another
/// takes its place. Where all are busy, invocations get on-demand ones.
/// <https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html>
public final class ProvisionedConcurrency {

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Launches launches;
    private final EngineClock clock;
    private final Versions versions;
    private final ProvisionedSlots slots = new ProvisionedSlots();

    /// How far it has come, in AWS's words.
    public enum Status {
        IN_PROGRESS,
        READY,
        /// Init has failed several times; it is tried again, once a minute in the end.
        FAILED
    }

    /// @param requested how many environments are wanted
    /// @param allocated how many of them are initialised, busy ones included
    /// @param reason    of what failed; empty unless the status is FAILED
    public record Progress(int requested, int allocated, Status status, String reason) {}

    /// What is to be done.
    ///
    /// @param keepers how many more there must be
    /// @param surplus idle environments that are wanted no more
    record Steps(int keepers, List<ExecutionEnvironment> surplus) {}

    ProvisionedConcurrency(Launches launches, EngineClock clock, Versions versions) {
        this.launches = launches;
        this.clock = clock;
        this.versions = versions;
    }

    /// From now on so many environments of the version are kept initialised; 0 for none. Returns at once.
    public void allocate(FunctionVersion version, int environments) {
        var steps = grant(version, environments);
        steps.surplus().forEach(launches::dismiss);
        for (int i = 0; i < steps.keepers(); i++) {
            launches.onOwnThread("provisioned-" + version.name(), () -> keep(version));
        }
        versions.forgetIfEmpty(version);
    }

    private synchronized Steps grant(FunctionVersion version, int environments) {
        slots.set(version, versions.isRetired(version.id()) ? 0 : environments);
        return versions.ask(version, its -> its.provision(environments));
    }

    /// The version is retired already: nothing is provisioned for it any more.
    synchronized void retire(String versionId) {
        slots.forget(versionId);
    }

    /// What of it invocations may use.
    public ProvisionedSlots slots() {
        return slots;
    }

    /// How far that has come; empty if none are wanted.
    public Optional<Progress> progress(String versionId) {
        var environments = versions.find(versionId);
        return environments == null
                ? Optional.empty()
                : Optional.of(environments.provisioned()).filter(progress -> progress.requested() > 0);
    }

    /// As long as one is wanted there is one.
    private void keep(FunctionVersion version) {
        var environments = versions.find(version.id());
        while (environments != null && environments.keeperGoesOn()) {
            long begun = clock.nanos();
            int wish = environments.wish();
            int failures = launches.runProvisioned(environments, version);
            if (failures > 0 || clock.nanos() - begun < SHORTEST_PAUSE.toNanos()) {
                pause(environments, wish, Math.max(1, failures));
            }
        }
        versions.forgetIfEmpty(version);
    }

    private void pause(VersionEnvironments environments, int wish, int failures) {
        int doublings = Math.min(failures - 1, Byte.SIZE);
        long nanos = Math.min(LONGEST_PAUSE.toNanos(), SHORTEST_PAUSE.toNanos() << doublings);
        var pause = new Deadline(clock);
        pause.set(clock.nanos() + nanos);
        if (environments.keeperPauses(pause, wish)) {
            pause.await();
            environments.keeperGoesOn(pause);
        }
    }
}
