package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The environments of every version: finds one for each invocation, starts more, and gets them back. Taking an idle
/// one removes it; the one used last comes first.
public final class EnvironmentPool implements AutoCloseable {

    private static final String CLOSING = "The server is closing";
    private static final String REMOVED = "The function was removed, and its execution environments ended, by a reset";
    private static final long DRAIN_LOOK_NANOS = 100_000_000;

    /// Longest that an end on demand waits; killing processes and removing what was theirs takes moments.
    private static final long END_NANOS = 30_000_000_000L;

    /// Of all room; what is more is for those who need some at once.
    private static final double MOST_BUSY = 0.75;

    private final FunctionMeters meters;
    private final EngineClock clock;
    private final EngineLimits limits;
    private final Home home = new Returns();
    private final Versions versions;
    private final Room room;
    private final Optional<StartCacheTraining> training;
    private final Launches launches;
    private final EnvironmentSearch search;
    private final ProvisionedConcurrency provisioned;
    private final RetiredVersions retired;
    private final DebuggedVersions debugged = new DebuggedVersions();
    private final Debugging debugging;
    private volatile boolean draining;
    private volatile boolean closed;

    /// @param problems is told what is wrong with the making of start caches, a sentence each
    public EnvironmentPool(ColdStartParts parts, EngineClock clock, EngineLimits limits, Consumer<String> problems) {
        this.meters = parts.meters();
        this.clock = clock;
        this.limits = limits;
        this.retired = new RetiredVersions(limits.retiredRemembered());
        this.versions = new Versions(this::newVersion, id -> draining || retired.isRetired(id));
        var terms = new Terms(home, clock, limits);
        this.training = parts.caches()
                .map(_ -> new StartCacheTraining(parts, terms, this::nobodyWaits, versions::isRetired, problems));
        this.room = new Room(limits, clock, new TrainingFirst(training, versions));
        this.launches = new Launches(parts, terms, room, debugged, this::startedWithoutCache);
        this.search = new EnvironmentSearch(versions, launches, clock, limits);
        this.provisioned = new ProvisionedConcurrency(launches, clock, versions);
        this.debugging = new Debugging(debugged, new Debugging.Pool(versions, launches, this::retire));
        training.ifPresent(its -> its.start(room));
        parts.sandboxes().memory().ifPresent(memory -> memory.whenScarce(room::relieve));
    }

    private VersionEnvironments newVersion(FunctionVersion version) {
        return new VersionEnvironments(launches.footprint(version), clock, limits);
    }

    /// Finds an environment for the invocation, as [EnvironmentSearch] says.
    void place(Placement placement) throws InterruptedException {
        if (closed) {
            placement.refuse(closing());
        } else {
            search.place(placement);
        }
    }

    /// The version is what its function runs from now on: what its starts can leave for later ones is made when the
    /// machine is quiet. Returns at once.
    public void activated(FunctionVersion version) {
        training.ifPresent(its -> its.wish(version));
    }

    /// Of a session's snapshot nobody starts another one later.
    private void startedWithoutCache(FunctionVersion version) {
        if (debugged.ofStandIn(version) == null) {
            activated(version);
        }
    }

    private boolean nobodyWaits() {
        return launches.waiting() == 0 && hasRoomToSpare();
    }

    /// The version is no longer what its function runs. Its idle environments end now, busy ones when they have
    /// finished; an invocation of it that still arrives is served.
    public void retire(String versionId) {
        retired.retire(versionId);
        provisioned.retire(versionId);
        debugging.retired(versionId);
        training.ifPresent(its -> its.forget(versionId));
        var environments = versions.find(versionId);
        if (environments != null) {
            environments.retire().forEach(launches::dismiss);
        }
    }

    /// Ends every environment of these versions, and of those that were retired before, whatever it does; the callers
    /// of their invocations are told, those that still arrive too. Nothing of them is left when this returns.
    ///
    /// @return how many there were
    public int end(Collection<String> versionIds) {
        debugging.removed(versionIds);
        int count = 0;
        var closing = new ArrayList<VersionEnvironments>();
        var ended = retired.end(versionIds);
        training.ifPresent(its -> its.end(ended));
        for (var id : ended) {
            provisioned.retire(id);
            var environments = versions.find(id);
            if (environments != null) {
                var _ = environments.retire();
                var all = environments.all();
                all.forEach(environment -> environment.close(REMOVED));
                count += all.size();
                closing.add(environments);
            }
        }
        long deadline = System.nanoTime() + END_NANOS;
        closing.forEach(environments -> environments.awaitNone(deadline));
        return count;
    }

    /// Environments that are initialised ahead, and kept.
    public ProvisionedConcurrency provisioned() {
        return provisioned;
    }

    /// Lets debuggers into environments.
    public Debugging debugging() {
        return debugging;
    }

    /// The session in which invocations of this version run, if it is debugged.
    @Nullable
    DebugSession debugged(FunctionVersion version) {
        return debugged.of(version);
    }

    /// How many environments there are, starting and ending ones included.
    public int open() {
        return room.taken();
    }

    /// With how much memory they count, in bytes.
    public long countedBytes() {
        return room.countedBytes();
    }

    /// Whether a quarter of all room, or more, is free or taken by idle environments that could be ended.
    public boolean hasRoomToSpare() {
        return room.isAtMost(MOST_BUSY, versions.spares(Duration.ZERO));
    }

    /// What the environments do now, by version.
    public List<Occupancy> occupancies() {
        return versions.all().stream()
                .map(VersionEnvironments::occupancy)
                .flatMap(Optional::stream)
                .toList();
    }

    /// How many starts wait for room or for their turn.
    public int waitingStarts() {
        return launches.waiting();
    }

    /// How many environments are idle.
    public int idle() {
        return versions.all().stream().mapToInt(VersionEnvironments::idleCount).sum();
    }

    /// Waits a bounded time for invocations under way, late ones included, then ends all environments and refuses
    /// what still comes. Returns when nothing of them is left.
    @Override
    public void close() {
        draining = true;
        training.ifPresent(StartCacheTraining::close);
        boolean drained = drain(System.nanoTime() + limits.drain().toNanos());
        closed = true;
        if (!drained) {
            endNow();
            room.shut();
        }
    }

    /// Ends every environment, whatever it does; the callers of their invocations are told. Closing then waits for
    /// nobody.
    public void endNow() {
        for (var environments : versions.all()) {
            environments.all().forEach(environment -> environment.close(CLOSING));
        }
    }

    /// Looks again and again for environments that became idle: an invocation that was on its way may have started
    /// one.
    private boolean drain(long deadlineNanos) {
        boolean drained = false;
        long left = limits.drain().toNanos();
        while (!drained && left > 0) {
            for (var environments : versions.all()) {
                environments.retire().forEach(launches::dismiss);
            }
            try {
                drained = room.shut(Math.min(DRAIN_LOOK_NANOS, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            left = deadlineNanos - System.nanoTime();
        }
        return drained;
    }

    private void startAll(VersionEnvironments environments, FunctionVersion version, int count) {
        for (int i = 0; i < count; i++) {
            launches.start(environments, version);
        }
    }

    /// The environments of one that has not ended: until then its version is not forgotten.
    private VersionEnvironments of(ExecutionEnvironment environment) {
        return Objects.requireNonNull(versions.find(environment.version().id()));
    }

    private static EnvironmentUnavailableException closing() {
        return new EnvironmentUnavailableException(CLOSING, null);
    }

    /// Where environments come from and return to.
    private final class Returns implements Home {

        @Override
        public Optional<EnvironmentUnavailableException> refusal(ExecutionEnvironment environment) {
            boolean removed = retired.hasEnded(environment.version().id());
            return closed || removed
                    ? Optional.of(closed ? closing() : new EnvironmentUnavailableException(REMOVED, null))
                    : Optional.empty();
        }

        @Override
        public boolean stillNeeded(ExecutionEnvironment environment) {
            return of(environment).stillNeeded(environment);
        }

        @Override
        public @Nullable Placement takeWaiting(ExecutionEnvironment environment) {
            return of(environment).takeWaiting(environment);
        }

        @Override
        public void used(ExecutionEnvironment environment, long bytes) {
            if (environment.plan().footprint().used(bytes)) {
                for (var each : of(environment).all()) {
                    var sandbox = each.sandbox();
                    if (sandbox != null) {
                        sandbox.share(each.plan().footprint().bytes());
                    }
                }
                room.changed(environment.plan().footprint());
            }
        }

        @Override
        public void ended(ExecutionEnvironment environment, Departure departure) {
            var version = environment.version();
            var environments = of(environment);
            switch (departure) {
                case Departure.Quiet() -> {}
                case Departure.InitFailed() -> {
                    var next = environment.plan().isProvisioned() ? null : environments.initFailed(environment);
                    if (next != null) {
                        launches.startAgain(environments, environment.journal(), next);
                    }
                }
                case Departure.InitFailedAgain again -> {
                    if (environment.plan().footprint().initFails()) {
                        environments.takeAllWaiting().forEach(again::tellOrRefuse);
                    }
                }
                case Departure.NotStarted(var reason) -> {
                    var next = environment.plan().isProvisioned() ? null : environments.notStarted(environment);
                    if (next != null) {
                        next.refuse(reason);
                    }
                }
            }
            startAll(environments, version, environments.ended(environment));
            versions.forgetIfEmpty(version);
        }

        @Override
        public void aboutToBeIdle(ExecutionEnvironment environment) {
            var environments = versions.find(environment.version().id());
            if (environments != null) {
                environments.aboutToBeIdle(environment);
            }
        }

        @Override
        public void retract(ExecutionEnvironment environment) {
            var environments = versions.find(environment.version().id());
            if (environments != null) {
                startAll(environments, environment.version(), environments.retract(environment));
            }
        }

        @Override
        public void initEnded(ExecutionEnvironment environment) {
            launches.initEnded(environment);
        }

        @Override
        public void idleForAWhile() {
            room.look();
        }

        @Override
        public void idle(ExecutionEnvironment environment) {
            var environments = versions.find(environment.version().id());
            if (environments == null) {
                return;
            }
            switch (environments.idle(environment)) {
                case Use.Give(var placement) -> search.offer(environment, placement);
                case Use.Keep() -> {}
                case Use.Dismiss() -> launches.dismiss(environment);
            }
        }

        @Override
        public void expire(ExecutionEnvironment environment) {
            var environments = versions.find(environment.version().id());
            if (environments != null && environments.remove(environment)) {
                launches.dismiss(environment);
            }
        }

        @Override
        public void undelivered(Placement placement) {
            if (placement.nextAttempt() < limits.placements()) {
                var _ = search.enter(placement, false);
            } else {
                meters.of(placement.invocation().version()).lost();
                placement.slot().free();
                placement.complete(FunctionErrors.gone(placement.invocation().requestId()));
            }
        }
    }
}
