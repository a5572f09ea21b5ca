package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.util.List;

/// Says in which scopes an invocation counts, and how many slots of each scope this node may give. Asked for every
/// invocation: it answers from memory.
public interface QuotaSource {

    /// The scopes in which an invocation of `version` takes a slot.
    List<Scope> scopes(FunctionVersion version);

    /// This node's share of a scope's limit.
    int share(Scope scope);

    /// The same limit for every account and region, all of it for this node, and nothing reserved.
    static QuotaSource perAccount(int concurrentExecutions) {
        return new QuotaSource() {
            @Override
            public List<Scope> scopes(FunctionVersion version) {
                return List.of(new Scope.Account(version.account(), version.region()));
            }

            @Override
            public int share(Scope scope) {
                return concurrentExecutions;
            }
        };
    }
}
