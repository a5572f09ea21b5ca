package dev.boda.telemetry;

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
                byFunction.values().removeIf(allowance -> allowance.isWhole(nowMillis));
            }
            return byFunction.computeIfAbsent(
                    new FunctionKey(account, region, function),
                    _ -> new LogAllowance(bytesPerSecond, nowMillis, refused));
        }
    }

    /// How many events did not go through, of all functions.
    long refused() {
        return refused.sum();
    }
}
