package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import dev.boda.function.ReservedConcurrency;
import java.util.List;

/// Says in which scopes an invocation counts, and how many slots of each scope this node may give. Asked for every
/// invocation: it answers from memory.
@FunctionalInterface
public interface QuotaSource {

    /// Where an invocation of `version` takes a slot, in this order.
    List<Share> shares(FunctionVersion version);

    /// This node's share of a scope's limit.
    ///
    /// @param slots how many invocations of the scope may run here at once; [#COUNTED_ONLY] for no limit
    record Share(Scope scope, int slots) {

        static final int COUNTED_ONLY = Integer.MAX_VALUE;

        boolean isLimit() {
            return slots != COUNTED_ONLY;
        }
    }

    /// All of every limit, for the one node that there is: a function with reserved concurrency has that, the others of
    /// its account and region share what is left. A function's invocations are counted in either case: those that
    /// began before something was reserved are among those that the reservation allows.
    static QuotaSource all(ReservedConcurrency concurrency) {
        return version -> {
            var function = version.function();
            var scope = new Scope.Function(function);
            var reserved = concurrency.reserved(function);
            if (reserved.isPresent()) {
                return List.of(new Share(scope, reserved.getAsInt()));
            }
            int unreserved = concurrency.unreserved(version.account(), version.region());
            return List.of(
                    new Share(scope, Share.COUNTED_ONLY),
                    new Share(new Scope.Account(version.account(), version.region()), unreserved));
        };
    }
}
