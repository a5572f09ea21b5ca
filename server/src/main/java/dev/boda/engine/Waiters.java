package dev.boda.engine;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The invocations of a version that wait, each for one thing, in the order in which they came.
///
/// Part of its [VersionEnvironments], whose monitor guards it.
final class Waiters {

    /// What an invocation waits for.
    enum Awaits {
        /// Its turn: the [Gate] holds it back.
        TURN,
        /// An environment about to be idle.
        IDLE,
        /// A start on its account, unless it meets another environment before.
        START
    }

    private final IdentityHashMap<Placement, Waiter> all = new IdentityHashMap<>();
    private final NavigableMap<Long, Placement> forTurn = new TreeMap<>();
    private final NavigableMap<Long, Placement> forIdle = new TreeMap<>();
    private final NavigableMap<Long, Placement> forStart = new TreeMap<>();
    private long came;

    private record Waiter(long number, Awaits awaits) {}

    /// A new one.
    void add(Placement placement, Awaits awaits) {
        put(placement, new Waiter(came++, awaits));
    }

    /// It waits for something else now, and keeps its place among the others.
    void change(Placement placement, Awaits awaits) {
        var waiter = take(placement);
        if (waiter != null) {
            put(placement, new Waiter(waiter.number, awaits));
        }
    }

    /// It waits no more.
    void remove(Placement placement) {
        var _ = take(placement);
    }

    /// What it waits for; null if it does not wait.
    @Nullable
    Awaits awaited(Placement placement) {
        var waiter = all.get(placement);
        return waiter == null ? null : waiter.awaits;
    }

    /// Whoever has waited longest for this.
    @Nullable
    Placement first(Awaits awaits) {
        var first = queue(awaits).firstEntry();
        return first == null ? null : first.getValue();
    }

    /// Whoever has waited longest for either.
    @Nullable
    Placement first(Awaits one, Awaits other) {
        var first = queue(one).firstEntry();
        var second = queue(other).firstEntry();
        if (first == null || second == null) {
            return first(first == null ? other : one);
        }
        return first.getKey() < second.getKey() ? first.getValue() : second.getValue();
    }

    /// Takes out whoever has waited longest for this.
    @Nullable
    Placement pollFirst(Awaits awaits) {
        return taken(queue(awaits).firstEntry());
    }

    /// Takes out whoever came last of those who wait for this.
    @Nullable
    Placement pollLast(Awaits awaits) {
        return taken(queue(awaits).lastEntry());
    }

    int count(Awaits awaits) {
        return queue(awaits).size();
    }

    int count() {
        return all.size();
    }

    private @Nullable Placement taken(Map.@Nullable Entry<Long, Placement> entry) {
        if (entry == null) {
            return null;
        }
        remove(entry.getValue());
        return entry.getValue();
    }

    private @Nullable Waiter take(Placement placement) {
        var waiter = all.remove(placement);
        if (waiter != null) {
            queue(waiter.awaits).remove(waiter.number);
        }
        return waiter;
    }

    private void put(Placement placement, Waiter waiter) {
        all.put(placement, waiter);
        queue(waiter.awaits).put(waiter.number, placement);
    }

    private NavigableMap<Long, Placement> queue(Awaits awaits) {
        return switch (awaits) {
            case TURN -> forTurn;
            case IDLE -> forIdle;
            case START -> forStart;
        };
    }
}
