package dev.boda.function;

import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// How much of the concurrency of each account and region is reserved, and for which functions. Every invocation asks:
/// it answers from memory, without a lock. Whoever reserves more takes it before the function's record is written, so
/// that never too much is reserved, however many do at once.
public final class ReservedConcurrency {

    private record Owner(String account, String region) {}

    /// @param revision of the record that says so
    private record Reservation(int executions, long revision) {}

    private final ConcurrentMap<FunctionName, Reservation> reservations = new ConcurrentHashMap<>();
    private final ConcurrentMap<Owner, Integer> totals = new ConcurrentHashMap<>();
    private final int limit;
    private final int leastUnreserved;

    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>
    ///
    /// @param limit           concurrent executions of an account in a region; 1,000 on AWS
    /// @param leastUnreserved how many of these nobody may reserve; 100 on AWS
    public ReservedConcurrency(int limit, int leastUnreserved) {
        this.limit = limit;
        this.leastUnreserved = leastUnreserved;
    }

    /// Concurrent executions of an account in a region, reserved or not.
    public int limit() {
        return limit;
    }

    /// How many of these nobody may reserve.
    int leastUnreserved() {
        return leastUnreserved;
    }

    /// What is reserved for a function, if something is; 0 lets none of its invocations run.
    public OptionalInt reserved(FunctionName function) {
        var reservation = reservations.get(function);
        return reservation == null ? OptionalInt.empty() : OptionalInt.of(reservation.executions);
    }

    /// What the functions of an account and region share that have nothing reserved.
    public int unreserved(String account, String region) {
        // Less than nothing where the limit was lowered since.
        return Math.max(0, limit - totals.getOrDefault(new Owner(account, region), 0));
    }

    /// Takes more concurrency for a function, or refuses; nothing more is always allowed.
    void take(FunctionName function, int more) {
        if (more > 0) {
            totals.compute(owner(function), (_, now) -> {
                int total = (now == null ? 0 : now) + more;
                // An overflow is negative.
                if (total < 0 || limit - total < leastUnreserved) {
                    throw LambdaErrors.tooMuchReserved(leastUnreserved);
                }
                return total;
            });
        }
    }

    void giveBack(FunctionName function, int executions) {
        if (executions > 0) {
            totals.computeIfPresent(owner(function), (_, now) -> now == executions ? null : now - executions);
        }
    }

    /// Counts what was reserved already, even beyond a limit that was lowered since.
    void count(KeptFunction kept) {
        int executions = executions(kept.function());
        if (executions > 0) {
            totals.merge(owner(kept.name()), executions, Integer::sum);
        }
        written(kept);
    }

    /// What it says holds from now on.
    void written(KeptFunction kept) {
        var function = kept.function();
        var next = function.reservedConcurrency()
                .map(executions -> new Reservation(executions, kept.revision()))
                .orElse(null);
        reservations.compute(function.name(), (_, now) -> now != null && now.revision > kept.revision() ? now : next);
    }

    /// The function is no more. A function of its name that was made since keeps what it has.
    void removed(KeptFunction kept) {
        reservations.computeIfPresent(kept.name(), (_, now) -> now.revision > kept.revision() ? now : null);
        giveBack(kept.name(), executions(kept.function()));
    }

    /// Forgets everything.
    void clear() {
        reservations.clear();
        totals.clear();
    }

    static int executions(FunctionRecord function) {
        return function.reservedConcurrency().orElse(0);
    }

    private static Owner owner(FunctionName function) {
        return new Owner(function.account(), function.region());
    }
}
