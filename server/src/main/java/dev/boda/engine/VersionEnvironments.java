package dev.boda.engine;

import dev.boda.engine.Waiters.Awaits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The environments of one version and the invocations that wait for one. Bookkeeping only: it answers what is to be
/// done, and [EnvironmentPool] does it.
///
/// Always true: of the invocations that wait, no more await a start than there are starts ([#starts]), and no more
/// await
/// an idle environment than there are about to be idle; the others are held back by the [Gate].
final class VersionEnvironments {

    private static final long NANOS_PER_MILLI = 1_000_000;

    // Guarded by this, all.
    private final ArrayDeque<ExecutionEnvironment> idle = new ArrayDeque<>();
    /// Of provisioned concurrency: they are used before the others, and stay.
    private final ArrayDeque<ExecutionEnvironment> provisioned = new ArrayDeque<>();
    private final Allotment allotment = new Allotment();
    private final Waiters waiters = new Waiters();
    private final Set<ExecutionEnvironment> all = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ExecutionEnvironment> starting = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ExecutionEnvironment> aboutToBeIdle = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Gate gate;
    private int startsPromised;
    private boolean retired;
    private boolean forgotten;

    private final Footprint footprint;
    private final EngineClock clock;
    private final EngineLimits limits;

    VersionEnvironments(Footprint footprint, EngineClock clock, EngineLimits limits) {
        this.footprint = footprint;
        this.clock = clock;
        this.limits = limits;
        this.gate = new Gate(clock, limits);
    }

    /// Takes the environment used last, or queues the invocation.
    ///
    /// @param patient whether it may wait for one about to be idle
    synchronized Claim claim(Placement placement, boolean patient) {
        if (forgotten) {
            return new Claim.Forgotten();
        }
        if (patient && (gate.isClosed() || (!anyIdle() && !gate.letsStart(all.size(), starts())))) {
            gate.holdsBack();
            waiters.add(placement, Awaits.TURN);
            return new Claim.Wait();
        }
        if (anyIdle()) {
            return takeOrYield(patient);
        }
        waiters.add(placement, Awaits.IDLE);
        boolean wait = patient && waiters.count(Awaits.IDLE) <= aboutToBeIdle.size();
        return wait || !giveStart(placement) ? new Claim.Wait() : new Claim.Start();
    }

    /// The gate has just let one more through: that is the turn of who has been held back longest.
    private Claim takeOrYield(boolean patient) {
        var before = patient ? waiters.pollFirst(Awaits.TURN) : null;
        return before == null ? new Claim.Take(take()) : new Claim.Yield(take(), before);
    }

    /// The invocation has waited long enough; it is held back no more.
    synchronized Claim impatient(Placement placement) {
        var awaited = waiters.awaited(placement);
        if (awaited == Awaits.TURN) {
            gate.waitedInVain();
            if (anyIdle()) {
                waiters.remove(placement);
                return new Claim.Take(take());
            }
        }
        boolean hasStart = awaited == null || awaited == Awaits.START;
        return !hasStart && giveStart(placement) ? new Claim.Start() : new Claim.Wait();
    }

    /// Whether the invocation had better wait on: others like it keep the machine busy, and its turn comes.
    synchronized boolean holdsBack(Placement placement) {
        return gate.moves() && waiters.awaited(placement) == Awaits.TURN;
    }

    private ExecutionEnvironment take() {
        var environment = provisioned.isEmpty() ? idle.removeFirst() : provisioned.removeFirst();
        entered(environment);
        return environment;
    }

    /// Whether there is none, so that one is to be started, which this promises.
    synchronized boolean promiseAhead() {
        boolean none = !forgotten && all.isEmpty() && startsPromised == 0;
        startsPromised += none ? 1 : 0;
        return none;
    }

    /// An environment exists from now on.
    ///
    /// @param forWaiters whether it was promised to one that waits; otherwise it has its invocation already
    synchronized void add(ExecutionEnvironment environment, boolean forWaiters) {
        all.add(environment);
        if (forWaiters) {
            startsPromised--;
            starting.add(environment);
        }
    }

    /// Whether an environment that is not started yet still has somebody to be started for. Those it was promised to
    /// may have met others meanwhile; it is then for those who are held back, or counted no more.
    synchronized boolean stillNeeded(ExecutionEnvironment environment) {
        return missingStarts() + waiters.count(Awaits.TURN) >= 0 || !starting.remove(environment);
    }

    /// Takes the invocation that has waited longest for a start, for this environment's Init to be part of it. The
    /// environment is for nobody else.
    synchronized @Nullable Placement takeWaiting(ExecutionEnvironment environment) {
        starting.remove(environment);
        var waiter = waiters.pollFirst(Awaits.START);
        if (waiter != null) {
            footprint.called(clock.nanos(), limits.retirement());
        }
        return waiter;
    }

    /// Takes all invocations that wait for a start and not for the turn of others.
    synchronized List<Placement> takeAllWaiting() {
        var taken = new ArrayList<Placement>();
        for (var next = waiters.pollFirst(Awaits.START); next != null; next = waiters.pollFirst(Awaits.START)) {
            taken.add(next);
        }
        return taken;
    }

    synchronized void aboutToBeIdle(ExecutionEnvironment environment) {
        if (all.contains(environment)) {
            aboutToBeIdle.add(environment);
        }
    }

    /// The environment will not be idle after all. How many must be started instead.
    synchronized int retract(ExecutionEnvironment environment) {
        aboutToBeIdle.remove(environment);
        gate.left(environment);
        return promiseMissingStarts();
    }

    synchronized Use idle(ExecutionEnvironment environment) {
        if (!environment.young() || !all.contains(environment)) {
            return new Use.Dismiss();
        }
        aboutToBeIdle.remove(environment);
        boolean isNew = starting.remove(environment);
        if (!isNew) {
            gate.returned(environment);
        }
        if (environment.plan().isProvisioned() && !allotment.keeps(environment)) {
            return new Use.Dismiss();
        }
        var next = isNew ? startedFor() : next();
        if (next != null) {
            waiters.remove(next);
            entered(environment);
            return new Use.Give(next);
        }
        if (retired) {
            return new Use.Dismiss();
        }
        (environment.plan().isProvisioned() ? provisioned : idle).addFirst(environment);
        return new Use.Keep();
    }

    /// Takes this environment, if it is idle.
    synchronized boolean remove(ExecutionEnvironment environment) {
        return (environment.plan().isProvisioned() ? provisioned : idle).removeLastOccurrence(environment);
    }

    /// The environment that has been idle longest, and how much it is missed.
    ///
    /// @param idleFor how long it must have been idle
    Optional<Versions.Spare> spare(Duration idleFor) {
        ExecutionEnvironment oldest;
        int environments;
        synchronized (this) {
            oldest = idle.peekLast();
            environments = all.size();
        }
        long idle = oldest == null ? -1 : oldest.spareNanos(idleFor);
        return idle < 0
                ? Optional.empty()
                : Optional.of(
                        new Versions.Spare(oldest, this, footprint.worth(limits.retirement(), idle, environments)));
    }

    /// The environments that have been idle for so long.
    Versions.Spares spares(Duration idleFor) {
        List<ExecutionEnvironment> spares;
        synchronized (this) {
            spares = List.copyOf(idle);
        }
        long count =
                spares.stream().filter(each -> each.spareNanos(idleFor) >= 0).count();
        return new Versions.Spares(count, count * footprint.bytes());
    }

    /// The environment is no more. How many must be started instead.
    synchronized int ended(ExecutionEnvironment environment) {
        all.remove(environment);
        idle.remove(environment);
        provisioned.remove(environment);
        allotment.ended(environment);
        starting.remove(environment);
        aboutToBeIdle.remove(environment);
        notifyAll();
        gate.left(environment);
        return promiseMissingStarts();
    }

    /// Waits until there is none, or the deadline passes; an interrupt does not end the waiting, and is kept.
    synchronized void awaitNone(long deadlineNanos) {
        boolean interrupted = false;
        for (long left = deadlineNanos - System.nanoTime(); left > 0 && !all.isEmpty(); ) {
            try {
                wait(1 + left / NANOS_PER_MILLI);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = deadlineNanos - System.nanoTime();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Init failed ahead of any invocation: takes the one that has waited longest, if it has no other start.
    synchronized @Nullable Placement initFailed(ExecutionEnvironment environment) {
        starting.remove(environment);
        return missingStarts() > 0 ? waiters.pollFirst(Awaits.START) : null;
    }

    /// There will be no environment: takes the invocation that came last, if it has no other start, and no environment
    /// is about to be idle that it could wait for instead: what is warm goes on where nothing can be started.
    synchronized @Nullable Placement notStarted(ExecutionEnvironment environment) {
        starting.remove(environment);
        if (missingStarts() <= 0) {
            return null;
        }
        if (waiters.count(Awaits.IDLE) < aboutToBeIdle.size()) {
            waiters.change(Objects.requireNonNull(waiters.first(Awaits.START)), Awaits.IDLE);
            return null;
        }
        return waiters.pollLast(Awaits.START);
    }

    /// From now on so many environments are kept initialised. How many keepers that takes in addition; nothing if these
    /// environments are forgotten.
    synchronized Optional<ProvisionedConcurrency.Steps> provision(int environments) {
        if (forgotten) {
            return Optional.empty();
        }
        int keepers = allotment.want(retired ? 0 : environments);
        var surplus = new ArrayList<ExecutionEnvironment>();
        while (provisioned.size() > environments) {
            surplus.add(provisioned.removeLast());
        }
        surplus.forEach(allotment::ended);
        return Optional.of(new ProvisionedConcurrency.Steps(keepers, surplus));
    }

    /// Whether the keeper of an environment starts one.
    synchronized boolean keeperGoesOn() {
        return allotment.goesOn();
    }

    /// The keeper waits before he tries again, unless there is another wish since he asked for [#wish()].
    synchronized boolean keeperPauses(Deadline pause, int wish) {
        return allotment.pauses(pause, wish);
    }

    /// The number of the wish that holds.
    synchronized int wish() {
        return allotment.wish();
    }

    synchronized void keeperGoesOn(Deadline pause) {
        allotment.goesOn(pause);
    }

    /// An environment that was to be kept did not come to be.
    ///
    /// @return how many in a row
    synchronized int notProvisioned(String reason) {
        return allotment.failed(reason);
    }

    synchronized ProvisionedConcurrency.Progress provisioned() {
        return allotment.progress();
    }

    /// From now on environments end as soon as they have no invocation. Those that have none now.
    synchronized List<ExecutionEnvironment> retire() {
        retired = true;
        int _ = allotment.want(0);
        var dismissed = new ArrayList<>(idle);
        dismissed.addAll(provisioned);
        idle.clear();
        provisioned.clear();
        return dismissed;
    }

    /// Whether nothing is left; then these environments are forgotten.
    synchronized boolean forgetIfEmpty() {
        forgotten |= all.isEmpty() && waiters.count() == 0 && startsPromised == 0 && allotment.isNothing();
        return forgotten;
    }

    synchronized List<ExecutionEnvironment> all() {
        return List.copyOf(all);
    }

    /// What they do now; nothing if there is none and nobody waits for one.
    Optional<Occupancy> occupancy() {
        List<ExecutionEnvironment> environments;
        int waiting;
        synchronized (this) {
            environments = List.copyOf(all);
            waiting = waiters.count();
        }
        return environments.isEmpty() ? Optional.empty() : Optional.of(Occupancy.of(environments, waiting));
    }

    synchronized int idleCount() {
        return idle.size() + provisioned.size();
    }

    // With the monitor held, all below.

    private boolean anyIdle() {
        return !idle.isEmpty() || !provisioned.isEmpty();
    }

    /// The environment has an invocation.
    private void entered(ExecutionEnvironment environment) {
        footprint.called(clock.nanos(), limits.retirement());
        gate.entered(environment);
    }

    /// The invocation waits for a start from now on. Whether it must be another one: there may be one under way whose
    /// invocation has met another environment.
    private boolean giveStart(Placement placement) {
        waiters.change(placement, Awaits.START);
        boolean another = missingStarts() > 0;
        startsPromised += another ? 1 : 0;
        return another;
    }

    /// For an environment that was started: an invocation that has a start, so that the others' 20 ms go on.
    private @Nullable Placement startedFor() {
        var waiter = waiters.first(Awaits.START);
        return waiter != null ? waiter : waiters.first(Awaits.IDLE, Awaits.TURN);
    }

    /// For an environment that ran before: whoever has waited longest of those whom nothing holds back, since they may
    /// wait for nothing else; or else, unless they must wait on, of those held back.
    private @Nullable Placement next() {
        var waiter = waiters.first(Awaits.IDLE, Awaits.START);
        if (waiter == null && waiters.count(Awaits.TURN) > 0) {
            if (retired || !gate.isClosed()) {
                return waiters.first(Awaits.TURN);
            }
            gate.holdsBack();
        }
        // The start on his account is the next one's.
        var heir = waiter != null && waiters.awaited(waiter) == Awaits.START ? waiters.first(Awaits.IDLE) : null;
        if (heir != null) {
            waiters.change(heir, Awaits.START);
        }
        return waiter;
    }

    private int starts() {
        return starting.size() + startsPromised;
    }

    /// Negative when there are starts whose invocations have met other environments.
    private int missingStarts() {
        return waiters.count(Awaits.START) - starts();
    }

    private int promiseMissingStarts() {
        while (waiters.count(Awaits.IDLE) > aboutToBeIdle.size()) {
            waiters.change(Objects.requireNonNull(waiters.first(Awaits.IDLE)), Awaits.START);
        }
        int missing = Math.max(0, missingStarts());
        startsPromised += missing;
        return missing;
    }
}
