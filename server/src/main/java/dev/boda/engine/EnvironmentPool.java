package dev.boda.engine;

import dev.boda.engine.Home.Departure;
import dev.boda.engine.VersionEnvironments.Claim;
import dev.boda.engine.VersionEnvironments.Use;
import dev.boda.function.FunctionVersion;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The environments of every version: finds one for each invocation, starts more, and gets them back. Taking an idle
/// one removes it; the one used last comes first.
public final class EnvironmentPool implements AutoCloseable {

    private static final String CLOSING = "The server is closing";
    private static final String REMOVED = "The function was removed, and its execution environments ended, by a reset";
    private static final long DRAIN_LOOK_NANOS = 100_000_000;

    /// Longest that an end on demand waits; killing processes and removing what was theirs takes moments.
    private static final long END_NANOS = 30_000_000_000L;

    private final ColdStart coldStart;
    private final FunctionMeters meters;
    private final EngineClock clock;
    private final EngineLimits limits;
    private final Home home = new Returns();
    private final ConcurrentHashMap<String, VersionEnvironments> versions = new ConcurrentHashMap<>();
    private final Room room;
    private final StartTurns turns;
    private final AtomicLong names = new AtomicLong();
    private final String namePrefix;
    private final RetiredVersions retired;
    private volatile boolean draining;
    private volatile boolean closed;

    public EnvironmentPool(ColdStartParts parts, EngineClock clock, EngineLimits limits) {
        this.coldStart = new ColdStart(parts);
        this.meters = parts.meters();
        this.clock = clock;
        this.limits = limits;
        this.room = new Room(limits, this::evictOne);
        this.turns = new StartTurns(limits);
        this.namePrefix = "boda-" + Long.toHexString(clock.epochMillis()) + "-";
        this.retired = new RetiredVersions(limits.retiredRemembered());
    }

    /// Finds an environment for the invocation, waiting only for one about to be idle. From here on the placement ends
    /// by itself; when the waiting thread is interrupted, its caller has hung up and it goes on.
    void place(Placement placement) throws InterruptedException {
        if (closed) {
            placement.refuse(closing());
            return;
        }
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
            case Claim.Start() -> start(environments, placement.invocation().version());
            case Claim.Wait(), Claim.Yield _, Claim.Forgotten() -> {}
        }
    }

    /// Puts the invocation into an idle environment or the queue.
    ///
    /// @return where it waits for an environment about to be idle; null if there is nothing to wait for
    private @Nullable VersionEnvironments enter(Placement placement, boolean patient) {
        var version = placement.invocation().version();
        while (true) {
            var environments = versions.computeIfAbsent(version.id(), this::newVersion);
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
                    start(environments, version);
                    return null;
                }
                case Claim.Forgotten() -> versions.remove(version.id(), environments);
            }
        }
    }

    /// Into this environment, or another one if that is ending.
    private void offer(ExecutionEnvironment environment, Placement placement) {
        if (!environment.offer(placement)) {
            var _ = enter(placement, false);
        }
    }

    private VersionEnvironments newVersion(String versionId) {
        var environments = new VersionEnvironments(clock, limits);
        if (draining || retired.isRetired(versionId)) {
            var _ = environments.retire();
        }
        return environments;
    }

    /// The version is no longer what its function runs. Its idle environments end now, busy ones when they have
    /// finished; an invocation of it that still arrives is served.
    public void retire(String versionId) {
        retired.retire(versionId);
        var environments = versions.get(versionId);
        if (environments != null) {
            environments.retire().forEach(ExecutionEnvironment::dismiss);
        }
    }

    /// Ends every environment of these versions, and of those that were retired before, whatever it does; the callers
    /// of their invocations are told, those that still arrive too. Nothing of them is left when this returns.
    ///
    /// @return how many there were
    public int end(Collection<String> versionIds) {
        int count = 0;
        var closing = new ArrayList<VersionEnvironments>();
        for (var id : retired.end(versionIds)) {
            var environments = versions.get(id);
            if (environments != null) {
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

    /// How many environments there are, starting and ending ones included.
    public int open() {
        return room.taken();
    }

    /// What the environments do now, by version.
    public List<Occupancy> occupancies() {
        return versions.values().stream()
                .map(VersionEnvironments::occupancy)
                .flatMap(Optional::stream)
                .toList();
    }

    /// How many starts await their turn.
    public int waitingStarts() {
        return turns.waiting();
    }

    /// How many environments are idle.
    public int idle() {
        return versions.values().stream()
                .mapToInt(VersionEnvironments::idleCount)
                .sum();
    }

    /// Waits a bounded time for invocations under way, late ones included, then ends all environments and refuses
    /// what still comes. Returns when nothing of them is left.
    @Override
    public void close() {
        draining = true;
        boolean drained = drain(System.nanoTime() + limits.drain().toNanos());
        closed = true;
        if (!drained) {
            endNow();
            room.takeAll();
        }
    }

    /// Ends every environment, whatever it does; the callers of their invocations are told. Closing then waits for
    /// nobody.
    public void endNow() {
        for (var environments : versions.values()) {
            environments.all().forEach(environment -> environment.close(CLOSING));
        }
    }

    /// Looks again and again for environments that became idle: an invocation that was on its way may have started
    /// one.
    private boolean drain(long deadlineNanos) {
        boolean drained = false;
        long left = limits.drain().toNanos();
        while (!drained && left > 0) {
            for (var environments : versions.values()) {
                environments.retire().forEach(ExecutionEnvironment::dismiss);
            }
            try {
                drained = room.takeAll(Math.min(DRAIN_LOOK_NANOS, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            left = deadlineNanos - System.nanoTime();
        }
        return drained;
    }

    /// Starts an environment that was promised to those who wait.
    private void start(VersionEnvironments environments, FunctionVersion version) {
        launch(environments, version, coldStart.journal(version, clock), null);
    }

    /// @param first the invocation that Init is part of; absent when the environment is for those who wait
    private void launch(
            VersionEnvironments environments, FunctionVersion version, Journal journal, @Nullable Placement first) {
        String name = namePrefix + names.incrementAndGet();
        var environment = new ExecutionEnvironment(name, version, journal, home, clock, limits);
        environments.add(environment, first == null);
        var life = new EnvironmentLife(environment, journal, coldStart, home, first);
        // By a platform thread: what a virtual thread starts is carried by what carries itself, here perhaps a thread
        // that has connections to serve.
        ForkJoinPool.commonPool().execute(() -> {
            var _ = Thread.ofVirtual().name(name).start(() -> live(environment, life));
        });
    }

    private void live(ExecutionEnvironment environment, EnvironmentLife life) {
        Departure departure = new Departure.Quiet();
        try {
            if (closed) {
                departure = life.decline(closing());
            } else if (retired.hasEnded(environment.version().id())) {
                departure = life.decline(new EnvironmentUnavailableException(REMOVED, null));
            } else if (!room.take()) {
                departure = life.decline(ThrottledException.noEnvironmentLeft(limits.openEnvironments()));
            } else {
                try {
                    departure = life.isAhead() && !turnCame(environment) ? departure : life.run();
                } finally {
                    turns.release(environment);
                    room.leave();
                }
            }
        } finally {
            ended(environment, departure);
        }
    }

    /// Whether the environment, after its turn has come, is still needed.
    private boolean turnCame(ExecutionEnvironment environment) {
        turns.await(environment);
        return of(environment).stillNeeded(environment);
    }

    /// Ends the environment that has been idle longest, of any version.
    private boolean evictOne() {
        while (true) {
            var oldest = versions.values().stream()
                    .map(VersionEnvironments::oldestIdle)
                    .filter(Objects::nonNull)
                    .min(Comparator.comparingLong(ExecutionEnvironment::idleSince));
            if (oldest.isEmpty()) {
                return false;
            }
            if (home.expire(oldest.get())) {
                oldest.get().dismiss();
                return true;
            }
        }
    }

    private void ended(ExecutionEnvironment environment, Departure departure) {
        var version = environment.version();
        var environments = of(environment);
        switch (departure) {
            case Departure.Quiet() -> {}
            case Departure.InitFailed() -> {
                var next = environments.initFailed(environment);
                if (next != null) {
                    launch(environments, version, environment.journal(), next);
                }
            }
            case Departure.NotStarted(var reason) -> {
                var next = environments.notStarted(environment);
                if (next != null) {
                    next.refuse(reason);
                }
            }
        }
        startAll(environments, version, environments.ended(environment));
        if (environments.forgetIfEmpty()) {
            versions.remove(version.id(), environments);
        }
    }

    private void startAll(VersionEnvironments environments, FunctionVersion version, int count) {
        for (int i = 0; i < count; i++) {
            start(environments, version);
        }
    }

    /// The environments of one that has not ended: until then its version is not forgotten.
    private VersionEnvironments of(ExecutionEnvironment environment) {
        return Objects.requireNonNull(versions.get(environment.version().id()));
    }

    private static EnvironmentUnavailableException closing() {
        return new EnvironmentUnavailableException(CLOSING, null);
    }

    /// How environments come back.
    private final class Returns implements Home {

        @Override
        public void aboutToBeIdle(ExecutionEnvironment environment) {
            var environments = versions.get(environment.version().id());
            if (environments != null) {
                environments.aboutToBeIdle(environment);
            }
        }

        @Override
        public void retract(ExecutionEnvironment environment) {
            var environments = versions.get(environment.version().id());
            if (environments != null) {
                startAll(environments, environment.version(), environments.retract(environment));
            }
        }

        @Override
        public void idle(ExecutionEnvironment environment) {
            turns.release(environment);
            var environments = versions.get(environment.version().id());
            if (environments == null) {
                return;
            }
            switch (environments.idle(environment)) {
                case Use.Give(var placement) -> offer(environment, placement);
                case Use.Keep() -> {}
                case Use.Dismiss() -> environment.dismiss();
            }
        }

        @Override
        public boolean expire(ExecutionEnvironment environment) {
            var environments = versions.get(environment.version().id());
            return environments != null && environments.remove(environment);
        }

        @Override
        public void undelivered(Placement placement) {
            if (placement.nextAttempt() < limits.placements()) {
                var _ = enter(placement, false);
            } else {
                meters.of(placement.invocation().version()).lost();
                placement.slot().free();
                placement.complete(FunctionErrors.gone(placement.invocation().requestId()));
            }
        }
    }
}
