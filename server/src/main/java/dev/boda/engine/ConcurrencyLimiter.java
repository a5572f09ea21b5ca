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
                var count = counts.computeIfAbsent(scope, _ -> new ScopeCount(clock));
                if (!count.take(quotas.share(scope), deadline)) {
                    throw new ThrottledException(scope.reason());
                }
                held.add(count);
            }
            complete = true;
            return new Slot(held);
        } finally {
            if (!complete) {
                held.forEach(count -> count.free(false));
            }
        }
    }

    /// How many invocations of a scope run now.
    public int taken(Scope scope) {
        var count = counts.get(scope);
        return count == null ? 0 : count.taken();
    }

    /// How many invocations run now, by the scopes that had any since the server's start.
    public Map<Scope, Integer> takenByScope() {
        var taken = new HashMap<Scope, Integer>();
        counts.forEach((scope, count) -> taken.put(scope, count.taken()));
        return taken;
    }

    /// How many invocations run now, each counted once a scope.
    public int taken() {
        return counts.values().stream().mapToInt(ScopeCount::taken).sum();
    }
}
