package dev.boda.function;

import java.util.Map;
import java.util.Optional;

/// Names for versions: making, changing and deleting them.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html>
public final class Aliases {

    private final FunctionCatalog catalog;

    public Aliases(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    /// What an alias shall be; what is empty stays as it is.
    ///
    /// @param weights of the other version; none if it is the only one
    public record Wish(Optional<String> version, Optional<String> description, Optional<Map<String, Double>> weights) {}

    public Alias create(FunctionName name, String aliasName, Wish wish) throws InterruptedException {
        var alias = new Alias(
                aliasName,
                wish.version().orElse(""),
                wish.description().orElse(""),
                wish.weights().orElse(Map.of()),
                catalog.stamps().revision(),
                ResourcePolicy.NONE,
                Optional.empty(),
                Optional.empty());
        if (!catalog.exists(name)) {
            throw LambdaErrors.functionNotFound(name.arn(new Qualifier(alias.version())));
        }
        return changed(name, aliasName, whole -> {
            if (whole.alias(aliasName).isPresent()) {
                throw VersionErrors.aliasExists(arn(name, aliasName));
            }
            check(whole, alias);
            return alias;
        });
    }

    /// The alias of this name.
    public Alias get(FunctionName name, String aliasName) {
        return catalog.whole(name)
                .flatMap(whole -> whole.alias(aliasName))
                .orElseThrow(() -> VersionErrors.aliasNotFound(arn(name, aliasName)));
    }

    /// @param revisionId what the caller believes the alias' revision to be
    public Alias update(FunctionName name, String aliasName, Wish wish, Optional<String> revisionId)
            throws InterruptedException {
        return changed(name, aliasName, whole -> {
            var now =
                    whole.alias(aliasName).orElseThrow(() -> VersionErrors.aliasToUpdateNotFound(arn(name, aliasName)));
            if (revisionId.filter(id -> !id.equals(now.revisionId())).isPresent()) {
                throw LambdaErrors.revisionMismatch();
            }
            var next = now.with(
                    wish.version().orElse(now.version()),
                    wish.description().orElse(now.description()),
                    wish.weights().orElse(now.weights()),
                    catalog.stamps().revision());
            check(whole, next);
            return next;
        });
    }

    /// Deletes an alias; one that is not there is none, if its function is.
    public void delete(FunctionName name, String aliasName) throws InterruptedException {
        catalog.change(name, whole -> whole.withoutAlias(aliasName));
    }

    private interface Making {
        Alias of(WholeFunction whole);
    }

    private Alias changed(FunctionName name, String aliasName, Making making) throws InterruptedException {
        return catalog.change(name, whole -> whole.with(making.of(whole)))
                .alias(aliasName)
                .orElseThrow();
    }

    /// What an alias refers to must be there.
    private static void check(WholeFunction whole, Alias alias) {
        if (alias.weights().size() > 1) {
            throw VersionErrors.tooManyWeights();
        }
        if (!alias.weights().isEmpty() && alias.refersTo(FunctionVersion.LATEST)) {
            throw VersionErrors.latestIsNotRouted();
        }
        if (alias.weights().containsKey(alias.version())) {
            throw VersionErrors.routedToItself(alias.version());
        }
        checkExists(whole, alias.version());
        if (alias.provisioned().isPresent()
                && (!alias.weights().isEmpty()
                        || alias.version().equals(FunctionVersion.LATEST)
                        || ProvisionedVersions.isProvisionedElsewhere(whole, alias))) {
            throw VersionErrors.invalidProvisionedAlias();
        }
        alias.weights().keySet().forEach(version -> checkExists(whole, version));
    }

    private static void checkExists(WholeFunction whole, String version) {
        if (!version.equals(FunctionVersion.LATEST) && whole.version(version).isEmpty()) {
            throw LambdaErrors.functionNotFound(whole.function().name().arn(new Qualifier(version)));
        }
    }

    private static String arn(FunctionName name, String aliasName) {
        return name.arn(new Qualifier(aliasName));
    }
}
