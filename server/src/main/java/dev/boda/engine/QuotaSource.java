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

    /// Where it takes one instead, if there is one: those of its version's provisioned concurrency. Empty if it has
    /// none.
    default List<Share> provisioned(FunctionVersion version) {
        return List.of();
    }

    /// This node's share of a scope's limit.
    ///
    /// @param slots how many invocations of the scope may run here at once; [#COUNTED_ONLY] for no limit
    record Share(Scope scope, int slots) {

        static final int COUNTED_ONLY = Integer.MAX_VALUE;

        boolean isLimit() {
            return slots != COUNTED_ONLY;
        }
    }

    /// All of every limit, for the one node that there is.
    static QuotaSource all(ReservedConcurrency reserved, ProvisionedSlots provisioned) {
        return new WholeQuotas(reserved, provisioned);
    }
}
