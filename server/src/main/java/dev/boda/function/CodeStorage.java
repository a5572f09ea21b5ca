package dev.boda.function;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// How much code the functions of each account and region have, counted as AWS counts it: the uploaded size of each
/// function's package, even where two functions have the same one. Never more than the limit, however many are
/// created at once: whoever makes a function takes the room before its record is written.
final class CodeStorage {

    private record Owner(String account, String region) {}

    private final ConcurrentMap<Owner, Long> used = new ConcurrentHashMap<>();
    private final long limitBytes;

    /// @param limitBytes of one account in one region
    CodeStorage(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long limitBytes() {
        return limitBytes;
    }

    long usedBytes(String account, String region) {
        return used.getOrDefault(new Owner(account, region), 0L);
    }

    /// Counts what exists already, even beyond a limit that was lowered since.
    void count(FunctionName function, long bytes) {
        used.compute(owner(function), (_, now) -> orNone((now == null ? 0 : now) + bytes));
    }

    /// Takes room, or refuses; less or as much as now is always allowed.
    void take(FunctionName function, long bytes) {
        used.compute(owner(function), (_, now) -> orNone(taken(now == null ? 0 : now, bytes)));
    }

    /// An owner without code has no entry.
    private static @Nullable Long orNone(long bytes) {
        return bytes == 0 ? null : bytes;
    }

    private long taken(long now, long bytes) {
        if (bytes > 0 && now + bytes > limitBytes) {
            throw LambdaErrors.codeStorageExceeded();
        }
        return now + bytes;
    }

    /// Refuses what [#take] would refuse now, so that nothing need be written for it first.
    void check(FunctionName function, long bytes) {
        var _ = taken(usedBytes(function.account(), function.region()), bytes);
    }

    void giveBack(FunctionName function, long bytes) {
        count(function, -bytes);
    }

    /// Forgets everything that was counted.
    void clear() {
        used.clear();
    }

    private static Owner owner(FunctionName function) {
        return new Owner(function.account(), function.region());
    }
}
