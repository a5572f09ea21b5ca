package dev.boda.engine;

import dev.boda.function.FunctionName;
import dev.boda.function.FunctionVersion;
import dev.boda.function.ReservedConcurrency;
import java.util.List;

/// All of every limit: a function with reserved concurrency has that, the others of its account and region share what
/// is left, and what is provisioned of either is its version's. A function's invocations are counted in any case: those
/// that began before something was reserved are among those that the reservation allows.
record WholeQuotas(ReservedConcurrency reserved, ProvisionedSlots provisioned) implements QuotaSource {

    @Override
    public List<Share> shares(FunctionVersion version) {
        var function = version.function();
        var counted = new Share(new Scope.Function(function), Share.COUNTED_ONLY);
        var own = reserved.reserved(function);
        if (own.isEmpty()) {
            var account = new Scope.Account(version.account(), version.region());
            int taken = provisioned.of(each -> sharesWith(version, each));
            int slots = reserved.unreserved(version.account(), version.region()) - taken;
            return List.of(counted, new Share(account, Math.max(0, slots)));
        }
        int taken = provisioned.of(function::equals);
        return taken == 0
                ? List.of(new Share(new Scope.Function(function), own.getAsInt()))
                : List.of(counted, new Share(new Scope.OnDemand(function), Math.max(0, own.getAsInt() - taken)));
    }

    private boolean sharesWith(FunctionVersion version, FunctionName other) {
        return other.account().equals(version.account())
                && other.region().equals(version.region())
                && reserved.reserved(other).isEmpty();
    }

    @Override
    public List<Share> provisioned(FunctionVersion version) {
        int slots = provisioned.of(version.id());
        return slots == 0
                ? List.of()
                : List.of(
                        new Share(new Scope.Function(version.function()), Share.COUNTED_ONLY),
                        new Share(new Scope.Provisioned(version.id()), slots));
    }
}
