package dev.boda.engine;

import dev.boda.engine.QuotaSource.Share;
import dev.boda.function.FunctionName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Gives slots. A slot now or a throttle; it waits for nothing but a slot about to be free, and counts within the
/// shares that a [QuotaSource] grants. A slot is freed where it was taken, whatever the shares are by then.
public final class ConcurrencyLimiter {

    private final InvocationRate rate;
    private final EngineClock clock;
    private final EngineLimits limits;
    private final ConcurrentHashMap<Scope, ScopeCount> counts = new ConcurrentHashMap<>();

    public ConcurrencyLimiter(InvocationRate rate, EngineClock clock, EngineLimits limits) {
        this.rate = rate;
        this.clock = clock;
        this.limits = limits;
    }

    /// A slot of all of `first`, if that is something and has one; or else of all of `others`, or none.
    Slot acquire(List<Share> first, List<Share> others) throws ThrottledException, InterruptedException {
        if (first.isEmpty()) {
            return acquire(others);
        }
        try {
            return acquire(first);
        } catch (ThrottledException allBusy) {
            return acquire(others);
        }
    }

    /// A slot of all of `shares`, or none.
    Slot acquire(List<Share> shares) throws ThrottledException, InterruptedException {
        rate.count(shares);
        var held = new ArrayList<ScopeCount>(shares.size());
        boolean complete = false;
        try {
            for (var share : shares) {
                held.add(take(share));
            }
            complete = true;
            return new Slot(held);
        } finally {
            if (!complete) {
                held.forEach(count -> count.free(false));
            }
        }
    }

    private ScopeCount take(Share share) throws ThrottledException, InterruptedException {
        while (true) {
            var count = counts.get(share.scope());
            if (count == null) {
                count = counts.computeIfAbsent(share.scope(), _ -> new ScopeCount(clock, limits));
            }
            switch (count.take(share.slots())) {
                case TAKEN -> {
                    return count;
                }
                case FULL -> throw new ThrottledException(share.scope().noSlot());
                case OVER -> counts.remove(share.scope(), count);
            }
        }
    }

    /// How many invocations of a scope run now.
    public int taken(Scope scope) {
        var count = counts.get(scope);
        return count == null ? 0 : count.taken();
    }

    /// How many invocations run now, by the scopes that had any since this was asked last. The others are forgotten.
    public Map<Scope, Integer> takenByScope() {
        var taken = new HashMap<Scope, Integer>();
        counts.forEach((scope, count) -> {
            taken.put(scope, count.taken());
            forgetUnused(scope, count);
        });
        return taken;
    }

    /// Forgets functions that are no more, and versions; what still runs of them is counted until it ends.
    public void retain(Predicate<FunctionName> exists) {
        counts.forEach((scope, count) -> {
            boolean gone = scope instanceof Scope.Function(var name) && !exists.test(name);
            if (gone || scope instanceof Scope.Provisioned || scope instanceof Scope.OnDemand) {
                forgetUnused(scope, count);
            }
        });
    }

    private void forgetUnused(Scope scope, ScopeCount count) {
        if (count.endUnused()) {
            counts.remove(scope, count);
        }
    }

    /// How many invocations run now.
    public int taken() {
        int taken = 0;
        for (var entry : counts.entrySet()) {
            if (entry.getKey() instanceof Scope.Function) {
                taken += entry.getValue().taken();
            }
        }
        return taken;
    }
}
