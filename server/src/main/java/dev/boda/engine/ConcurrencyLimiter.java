package dev.boda.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Gives slots. A slot now or a throttle; it waits for nothing but a slot about to be free, and counts within the
/// share that its [QuotaSource] grants.
public final class ConcurrencyLimiter {

    private final QuotaSource quotas;
    private final EngineClock clock;
    private final EngineLimits limits;
    private final ConcurrentHashMap<Scope, ScopeCount> counts = new ConcurrentHashMap<>();

    public ConcurrencyLimiter(QuotaSource quotas, EngineClock clock, EngineLimits limits) {
        this.quotas = quotas;
        this.clock = clock;
        this.limits = limits;
    }

    /// A slot in all of `scopes`, or none.
    Slot acquire(List<Scope> scopes) throws ThrottledException, InterruptedException {
        long deadline = clock.nanos() + limits.aboutToBeFree().toNanos();
        var held = new ArrayList<ScopeCount>(scopes.size());
        boolean complete = false;
        try {
            for (Scope scope : scopes) {
                held.add(take(scope, deadline));
            }
            complete = true;
            return new Slot(held);
        } finally {
            if (!complete) {
                held.forEach(count -> count.free(false));
            }
        }
    }

    private ScopeCount take(Scope scope, long deadline) throws ThrottledException, InterruptedException {
        while (true) {
            var count = counts.computeIfAbsent(scope, _ -> new ScopeCount(clock));
            if (count.take(quotas.share(scope), deadline)) {
                return count;
            }
            if (!count.isOver()) {
                throw new ThrottledException(scope.reason());
            }
            counts.remove(scope, count);
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
            if (count.endUnused()) {
                counts.remove(scope, count);
            }
        });
        return taken;
    }

    /// How many invocations run now, each counted once a scope.
    public int taken() {
        return counts.values().stream().mapToInt(ScopeCount::taken).sum();
    }
}
