package dev.boda.engine;

import dev.boda.function.FunctionName;
import dev.boda.function.FunctionVersion;
import dev.boda.function.ReservedConcurrency;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// All of every limit: a function with reserved concurrency has that, the others of its account and region share what
/// is left. What of either is provisioned is its version's alone. All invocations of a function and of the functions
/// that share are counted, however they run: the limit holds for those together, also while one of the settings
/// changes.
record WholeQuotas(ReservedConcurrency reserved, ProvisionedSlots provisioned) implements QuotaSource {

    @Override
    public List<Share> shares(FunctionVersion version) {
        var shares = limits(version);
        var limit = shares.getLast();
        int taken = provisioned.of(sharing(version));
        if (taken > 0) {
            shares.add(new Share(new Scope.OnDemand(limit.scope()), Math.max(0, limit.slots() - taken)));
        }
        return shares;
    }

    @Override
    public List<Share> provisioned(FunctionVersion version) {
        int slots = provisioned.of(version.id());
        if (slots == 0) {
            return List.of();
        }
        var shares = limits(version);
        shares.add(new Share(new Scope.Provisioned(version.id()), slots));
        return shares;
    }

    /// The last one is the limit.
    private List<Share> limits(FunctionVersion version) {
        var shares = new ArrayList<Share>(3);
        var function = new Scope.Function(version.function());
        var own = reserved.reserved(version.function());
        shares.add(new Share(function, own.orElse(Share.COUNTED_ONLY)));
        if (own.isEmpty()) {
            var account = new Scope.Account(version.account(), version.region());
            shares.add(new Share(account, reserved.unreserved(version.account(), version.region())));
        }
        return shares;
    }

    /// The functions that have the limit together with this version's.
    private Predicate<FunctionName> sharing(FunctionVersion version) {
        var function = version.function();
        return reserved.reserved(function).isPresent()
                ? function::equals
                : other -> other.account().equals(version.account())
                        && other.region().equals(version.region())
                        && reserved.reserved(other).isEmpty();
    }
}
