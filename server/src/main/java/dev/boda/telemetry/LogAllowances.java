package dev.boda.telemetry;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// The allowances of functions; all environments of a function share one.
final class LogAllowances {

    /// With more, those that nobody uses are forgotten.
    private static final int KEPT = 1_000;

    private final long bytesPerSecond;
    private final LongAdder refused = new LongAdder();
    // Guarded by this.
    private final Map<FunctionKey, LogAllowance> byFunction = new HashMap<>();
    /// Whole when they were last looked at, and perhaps an environment's still. Guarded by this.
    private final Map<FunctionKey, WeakReference<LogAllowance>> held = new HashMap<>();

    /// @param bytesPerSecond 0 for no limit
    LogAllowances(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    private record FunctionKey(String account, String region, String name) {}

    LogAllowance of(String account, String region, String function, long nowMillis) {
        if (bytesPerSecond == 0) {
            return LogAllowance.UNLIMITED;
        }
        synchronized (this) {
            if (byFunction.size() > KEPT) {
                forgetUnused(nowMillis);
            }
            return byFunction.computeIfAbsent(
                    new FunctionKey(account, region, function), key -> stillHeld(key, nowMillis));
        }
    }

    private void forgetUnused(long nowMillis) {
        held.values().removeIf(allowance -> allowance.refersTo(null));
        byFunction.entrySet().removeIf(entry -> {
            boolean whole = entry.getValue().isWhole(nowMillis);
            if (whole) {
                held.put(entry.getKey(), new WeakReference<>(entry.getValue()));
            }
            return whole;
        });
    }

    private LogAllowance stillHeld(FunctionKey function, long nowMillis) {
        var reference = held.remove(function);
        var allowance = reference == null ? null : reference.get();
        return allowance == null ? new LogAllowance(bytesPerSecond, nowMillis, refused) : allowance;
    }

    /// How many events did not go through, of all functions.
    long refused() {
        return refused.sum();
    }
}
