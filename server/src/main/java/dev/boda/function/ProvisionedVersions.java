package dev.boda.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Provisioned concurrency of versions and aliases: what is asked for, and the rules of it. The engine keeps the
/// environments.
/// <https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html>
public final class ProvisionedVersions {

    private final FunctionCatalog catalog;

    public ProvisionedVersions(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    /// What is asked for, and of which snapshot.
    ///
    /// @param arn ends in the version or alias
    public record Asked(String arn, ProvisionedRequest request, FunctionVersion of) {}

    /// Asks for so many environments.
    public Asked put(FunctionReference reference, int environments) throws InterruptedException {
        var qualifier = qualifier(reference);
        var request = new ProvisionedRequest(environments, catalog.stamps().nowMillis());
        var changed = catalog.withCapacity(reference.function(), whole -> {
            FunctionCatalog.checkSettled(whole.function());
            checkNotTwice(whole, reference, qualifier);
            var next = with(whole, reference, Optional.of(request));
            checkEnough(next);
            return next;
        });
        return asked(changed, reference).orElseThrow();
    }

    /// What is asked for of what is named.
    public Asked get(FunctionReference reference) {
        qualifier(reference);
        var whole = catalog.require(reference.function());
        requireNamed(whole, reference);
        return asked(whole, reference).orElseThrow(VersionErrors::noProvisionedConcurrency);
    }

    /// Asks for none; nothing happens if none was asked for.
    public void delete(FunctionReference reference) throws InterruptedException {
        qualifier(reference);
        catalog.change(reference.function(), whole -> with(whole, reference, Optional.empty()));
    }

    /// All that is asked for of a function.
    public List<Asked> list(FunctionName name) {
        var whole = catalog.require(name);
        var all = new ArrayList<Asked>();
        whole.aliases()
                .keySet()
                .forEach(alias -> asked(whole, named(name, alias)).ifPresent(all::add));
        whole.versions()
                .keySet()
                .forEach(number ->
                        asked(whole, named(name, String.valueOf(number))).ifPresent(all::add));
        return all;
    }

    private static FunctionReference named(FunctionName name, String qualifier) {
        return new FunctionReference(name, Optional.of(new Qualifier(qualifier)));
    }

    private static String qualifier(FunctionReference reference) {
        var qualifier = reference.qualifier().orElse(Qualifier.LATEST);
        if (qualifier.isLatest()) {
            throw VersionErrors.latestIsNotProvisioned();
        }
        return qualifier.text();
    }

    private static Optional<Asked> asked(WholeFunction whole, FunctionReference reference) {
        var text = reference.qualifier().orElseThrow().text();
        var alias = whole.alias(text);
        var request = alias.isPresent()
                ? alias.get().provisioned()
                : whole.version(text).flatMap(PublishedVersion::provisioned);
        var version = alias.map(Alias::version).orElse(text);
        return request.flatMap(
                its -> whole.version(version).map(published -> new Asked(reference.arn(), its, published.snapshot())));
    }

    private static void requireNamed(WholeFunction whole, FunctionReference reference) {
        var qualifier = reference.qualifier().orElseThrow();
        if (whole.find(Optional.of(qualifier)).isEmpty()) {
            throw qualifier.isAlias()
                    ? VersionErrors.aliasNotFound(reference.arn())
                    : LambdaErrors.functionNotFound(reference.arn());
        }
    }

    private WholeFunction with(WholeFunction whole, FunctionReference reference, Optional<ProvisionedRequest> request) {
        requireNamed(whole, reference);
        var text = reference.qualifier().orElseThrow().text();
        var alias = whole.alias(text);
        if (alias.isPresent()) {
            if (alias.get().version().equals(FunctionVersion.LATEST)) {
                throw VersionErrors.latestIsNotProvisioned();
            }
            return whole.with(alias.get().withProvisioned(request));
        }
        var version = whole.version(text).orElseThrow();
        return version.provisioned().equals(request)
                ? whole
                : whole.with(version.withProvisioned(request, catalog.stamps().revision()));
    }

    /// A version is provisioned by itself or by one alias.
    private static void checkNotTwice(WholeFunction whole, FunctionReference reference, String qualifier) {
        requireNamed(whole, reference);
        var alias = whole.alias(qualifier);
        if (alias.isPresent()) {
            if (!alias.get().weights().isEmpty()) {
                throw VersionErrors.weightedIsNotProvisioned();
            }
            if (isProvisionedElsewhere(whole, alias.get())) {
                throw VersionErrors.versionIsProvisioned();
            }
        } else if (whole.aliases().values().stream()
                .anyMatch(each -> each.refersTo(qualifier) && each.provisioned().isPresent())) {
            throw VersionErrors.aliasIsProvisioned();
        }
    }

    /// Whether an alias' version is provisioned by itself or by another alias.
    static boolean isProvisionedElsewhere(WholeFunction whole, Alias alias) {
        return whole.version(alias.version())
                        .flatMap(PublishedVersion::provisioned)
                        .isPresent()
                || whole.aliases().values().stream()
                        .anyMatch(each -> !each.name().equals(alias.name())
                                && each.provisioned().isPresent()
                                && each.version().equals(alias.version()));
    }

    private void checkEnough(WholeFunction whole) {
        var function = whole.function();
        int wanted = whole.provisioned();
        if (function.reservedConcurrency().isPresent()) {
            if (wanted > function.reservedConcurrency().get()) {
                throw VersionErrors.moreProvisionedThanReserved();
            }
            return;
        }
        var usage = catalog.concurrency(function.name());
        if (wanted > usage.unreserved()) {
            throw VersionErrors.moreProvisionedThanUnreserved(usage.unreserved());
        }
        if (usage.unreserved() - wanted < usage.leastUnreserved()) {
            throw VersionErrors.tooMuchProvisioned(usage.leastUnreserved());
        }
    }
}
