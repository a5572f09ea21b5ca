package dev.boda;

import dev.boda.access.ResourcePolicies;
import dev.boda.aws.Arn;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionName;
import dev.boda.function.Permissions;
import dev.boda.function.Qualifier;
import java.util.List;
import java.util.Optional;

/// The policies of functions, versions and aliases for whoever decides about access.
final class FunctionPolicies implements ResourcePolicies {

    private static final int NAME = 1;
    private static final int QUALIFIER = 2;

    private final FunctionCatalog catalog;

    FunctionPolicies(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public List<Statement> of(Arn resource) {
        // function:NAME:QUALIFIER
        var parts = resource.resource().split(":", -1);
        if (parts.length <= NAME) {
            return List.of();
        }
        var name = new FunctionName(resource.account(), resource.region(), parts[NAME]);
        var qualifier =
                parts.length > QUALIFIER ? Optional.of(new Qualifier(parts[QUALIFIER])) : Optional.<Qualifier>empty();
        return catalog.whole(name).flatMap(whole -> Permissions.find(whole, qualifier)).stream()
                .flatMap(kept -> kept.policy().statements().stream())
                .map(statement -> new Statement(statement.action(), statement.principal(), statement.condition()))
                .toList();
    }
}
