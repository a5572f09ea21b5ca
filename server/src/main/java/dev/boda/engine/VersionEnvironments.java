package dev.boda.engine;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The environments of one version and the invocations that wait for one. Bookkeeping only: it answers what is to be
/// done, and [EnvironmentPool] does it.
///
/// Always true: of the invocations that wait, as many have a start under way on their account as there are starts
/// ([#starting]), or fewer; each of the others waits for an environment about to be idle, so there are no more of
/// those than of these, or is held back by the [Gate].
final class VersionEnvironments {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /// An invocation that waits. Guarded by the [VersionEnvironments] it is in.
    private static final class Waiter {

        private final Placement placement;
        private boolean hasStart;
        private boolean heldBack;

        Waiter(Placement placement, boolean heldBack) {
            this.placement = placement;
            this.heldBack = heldBack;
        }
    }

    // Guarded by this, all.
    private final ArrayDeque<ExecutionEnvironment> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final Set<ExecutionEnvironment> all = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ExecutionEnvironment> starting = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<ExecutionEnvironment> aboutToBeIdle = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Gate gate;
    private int startsPromised;
    private boolean retired;
    private boolean forgotten;

    VersionEnvironments(EngineClock clock, EngineLimits limits) {
        this.gate = new Gate(clock, limits);
    }

    /// What an invocation that needs an environment does.
    sealed interface Claim {

        /// It offers itself to this one, which is its own now.
        record Take(ExecutionEnvironment environment) implements Claim {}

        /// It waits for an environment about to be idle, or for one that is being started and that nobody needs, or
        /// for its turn.
        record Wait() implements Claim {}

        /// It waits, and another environment is started.
        record Start() implements Claim {}

        /// It asks the pool again: these environments are forgotten.
        record Forgotten() implements Claim {}
    }

    /// What an environment that became idle does.
    sealed interface Use {

        /// It is offered this invocation.
        record Give(Placement placement) implements Use {}

        /// It stays, idle.
        record Keep() implements Use {}

        /// It ends.
        record Dismiss() implements Use {}
    }

    /// Takes the environment used last, or queues the invocation.
    ///
    /// @param patient whether it may wait for one about to be idle
    synchronized Claim claim(Placement placement, boolean patient) {
        if (forgotten) {
            return new Claim.Forgotten();
        }
        boolean heldBack = patient && (gate.isClosed() || (idle.isEmpty() && !gate.letsStart(all.size(), starts())));
        if (!heldBack && !idle.isEmpty()) {
            return take();
        }
        var waiter = new Waiter(placement, heldBack);
        boolean wait = heldBack || (patient && eagerWithoutStart() < aboutToBeIdle.size());
        waiters.addLast(waiter);
        return wait || !giveStart(waiter) ? new Claim.Wait() : new Claim.Start();
    }

    /// The invocation has waited long enough; it is held back no more.
    synchronized Claim impatient(Placement placement) {
        var waiter = find(placement);
        return waiter == null ? new Claim.Wait() : impatient(waiter);
    }

    private Claim impatient(Waiter waiter) {
        if (waiter.heldBack) {
            gate.waitedInVain();
            waiter.heldBack = false;
            if (!idle.isEmpty()) {
                waiters.remove(waiter);
                return take();
            }
        }
        return !waiter.hasStart && giveStart(waiter) ? new Claim.Start() : new Claim.Wait();
    }

    /// Whether the invocation had better wait on: others like it keep the machine busy, and its turn comes.
    synchronized boolean holdsBack(Placement placement) {
        var waiter = gate.moves() ? find(placement) : null;
        return waiter != null && waiter.heldBack;
    }

    private Claim take() {
        var environment = idle.removeFirst();
        gate.entered(environment);
        return new Claim.Take(environment);
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
    /// may have met others meanwhile; it is then counted no more.
    synchronized boolean stillNeeded(ExecutionEnvironment environment) {
        return missingStarts() >= 0 || !starting.remove(environment);
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
        var waiter = isNew ? pollStartedFor() : poll(gate.isClosed() && !retired);
        if (waiter != null) {
            gate.entered(environment);
            return new Use.Give(waiter.placement);
        }
        if (retired) {
            return new Use.Dismiss();
        }
        idle.addFirst(environment);
        return new Use.Keep();
    }

    /// Takes this environment, if it is idle.
    synchronized boolean remove(ExecutionEnvironment environment) {
        return idle.removeLastOccurrence(environment);
    }

    /// The environment that has been idle longest.
    synchronized @Nullable ExecutionEnvironment oldestIdle() {
        return idle.peekLast();
    }

    /// The environment is no more. How many must be started instead.
    synchronized int ended(ExecutionEnvironment environment) {
        all.remove(environment);
        idle.remove(environment);
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
        return withoutStart(environment, waiters.iterator());
    }

    /// There will be no environment: takes the invocation that came last, if it has no other start, and no environment
    /// is about to be idle that it could wait for instead: what is warm goes on where nothing can be started.
    synchronized @Nullable Placement notStarted(ExecutionEnvironment environment) {
        starting.remove(environment);
        var waiter = missingStarts() > 0 ? first(true) : null;
        if (waiter != null && eagerWithoutStart() < aboutToBeIdle.size()) {
            waiter.hasStart = false;
            return null;
        }
        return withoutStart(environment, waiters.descendingIterator());
    }

    /// From now on environments end as soon as they have no invocation. Those that have none now.
    synchronized List<ExecutionEnvironment> retire() {
        retired = true;
        var dismissed = List.copyOf(idle);
        idle.clear();
        return dismissed;
    }

    /// Whether nothing is left; then these environments are forgotten.
    synchronized boolean forgetIfEmpty() {
        forgotten |= all.isEmpty() && waiters.isEmpty() && startsPromised == 0;
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
            waiting = waiters.size();
        }
        return environments.isEmpty() ? Optional.empty() : Optional.of(Occupancy.of(environments, waiting));
    }

    synchronized int idleCount() {
        return idle.size();
    }

    // With the monitor held, all below.

    private @Nullable Waiter find(Placement placement) {
        for (Waiter waiter : waiters) {
            if (waiter.placement == placement) {
                return waiter;
            }
        }
        return null;
    }

    /// The invocation waits for a start from now on. Whether it must be another one: there may be one under way whose
    /// invocation has met another environment.
    private boolean giveStart(Waiter waiter) {
        waiter.hasStart = true;
        boolean another = missingStarts() > 0;
        startsPromised += another ? 1 : 0;
        return another;
    }

    /// For an environment that was started: an invocation that has a start, so that the others' 20 ms go on.
    private @Nullable Waiter pollStartedFor() {
        var waiter = first(true);
        if (waiter == null) {
            return waiters.pollFirst();
        }
        waiters.remove(waiter);
        return waiter;
    }

    /// For an environment that ran before: whoever has waited longest of those whom nothing holds back, since they may
    /// wait for nothing else; or else, unless they must wait on, of those held back. His start is the next one's.
    private @Nullable Waiter poll(boolean closed) {
        var waiter = firstEager();
        if (waiter == null && !closed) {
            waiter = waiters.peekFirst();
        }
        if (waiter == null) {
            return null;
        }
        waiters.remove(waiter);
        var heir = waiter.hasStart ? first(false) : null;
        if (heir != null) {
            heir.hasStart = true;
        }
        return waiter;
    }

    private @Nullable Waiter firstEager() {
        for (Waiter waiter : waiters) {
            if (!waiter.heldBack) {
                return waiter;
            }
        }
        return null;
    }

    private @Nullable Waiter first(boolean hasStart) {
        for (Waiter waiter : waiters) {
            if (waiter.hasStart == hasStart) {
                return waiter;
            }
        }
        return null;
    }

    private @Nullable Placement withoutStart(ExecutionEnvironment environment, Iterator<Waiter> candidates) {
        starting.remove(environment);
        while (missingStarts() > 0 && candidates.hasNext()) {
            var waiter = candidates.next();
            if (waiter.hasStart) {
                candidates.remove();
                return waiter.placement;
            }
        }
        return null;
    }

    private int waitersWithoutStart() {
        int count = 0;
        for (Waiter waiter : waiters) {
            if (!waiter.hasStart) {
                count++;
            }
        }
        return count;
    }

    /// Those who wait for an environment about to be idle.
    private int eagerWithoutStart() {
        int count = 0;
        for (Waiter waiter : waiters) {
            if (!waiter.hasStart && !waiter.heldBack) {
                count++;
            }
        }
        return count;
    }

    private int starts() {
        return starting.size() + startsPromised;
    }

    private int missingStarts() {
        return waiters.size() - waitersWithoutStart() - starts();
    }

    private int promiseMissingStarts() {
        int without = eagerWithoutStart();
        for (var waiters = this.waiters.iterator(); without > aboutToBeIdle.size() && waiters.hasNext(); ) {
            var waiter = waiters.next();
            if (!waiter.hasStart && !waiter.heldBack) {
                waiter.hasStart = true;
                without--;
            }
        }
        int missing = Math.max(0, missingStarts());
        startsPromised += missing;
        return missing;
    }
}
