package dev.boda.function;

import java.util.Optional;
import java.util.function.Function;

/// Who may invoke a function, a version or an alias: the resource-based policies.
/// <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>
public final class Permissions {

    private final FunctionCatalog catalog;

    public Permissions(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    /// A policy, and the revision of what it belongs to.
    public record Kept(ResourcePolicy policy, String revisionId) {}

    /// Adds a statement.
    ///
    /// @param statement made for the ARN of what it permits
    /// @param revisionId what the caller believes the revision to be
    public ResourcePolicy.Statement add(
            FunctionReference reference,
            Function<String, ResourcePolicy.Statement> statement,
            Optional<String> revisionId)
            throws InterruptedException {
        if (reference.qualifier().filter(Qualifier::isLatest).isPresent()) {
            throw VersionErrors.policyOfLatest();
        }
        catalog.require(reference.function());
        var added = statement.apply(reference.arn());
        catalog.change(reference.function(), whole -> {
            var kept = require(whole, reference);
            checkRevision(kept, revisionId);
            if (kept.policy().find(added.sid()).isPresent()) {
                throw LayerErrors.statementExists(added.sid());
            }
            var policy = kept.policy().with(added);
            PolicyDocument.check(policy);
            return with(whole, reference, policy);
        });
        return added;
    }

    /// The policy of what is named, if it has one.
    public Kept get(FunctionReference reference) {
        return catalog.whole(reference.function())
                .flatMap(whole -> find(whole, reference.qualifier()))
                .filter(kept -> !kept.policy().none())
                .orElseThrow(LayerErrors::resourceNotFound);
    }

    /// Removes a statement.
    ///
    /// @param revisionId what the caller believes the revision to be
    public void remove(FunctionReference reference, String sid, Optional<String> revisionId)
            throws InterruptedException {
        if (!catalog.exists(reference.function())) {
            throw LambdaErrors.notFound("No policy found for: " + reference.arn());
        }
        catalog.change(reference.function(), whole -> {
            var kept = require(whole, reference);
            if (kept.policy().none()) {
                throw LayerErrors.noPolicy();
            }
            if (kept.policy().find(sid).isEmpty()) {
                throw LayerErrors.statementNotFound(sid);
            }
            checkRevision(kept, revisionId);
            return with(whole, reference, kept.policy().without(sid));
        });
    }

    private static void checkRevision(Kept kept, Optional<String> revisionId) {
        if (revisionId.filter(id -> !id.equals(kept.revisionId())).isPresent()) {
            throw LambdaErrors.policyRevisionMismatch();
        }
    }

    private static Kept require(WholeFunction whole, FunctionReference reference) {
        return find(whole, reference.qualifier())
                .orElseThrow(
                        () -> reference.qualifier().filter(Qualifier::isAlias).isPresent()
                                ? VersionErrors.aliasNotFound(reference.arn())
                                : LambdaErrors.functionNotFound(reference.arn()));
    }

    /// The policy of a version or alias, be it empty, if that exists.
    public static Optional<Kept> find(WholeFunction whole, Optional<Qualifier> qualifier) {
        if (qualifier.isEmpty() || qualifier.get().isLatest()) {
            var function = whole.function();
            return Optional.of(new Kept(function.policy(), function.revisionId()));
        }
        var text = qualifier.get().text();
        return whole.alias(text)
                .map(alias -> new Kept(alias.policy(), alias.revisionId()))
                .or(() -> whole.version(text).map(version -> new Kept(version.policy(), version.revisionId())));
    }

    private WholeFunction with(WholeFunction whole, FunctionReference reference, ResourcePolicy policy) {
        var revision = catalog.stamps().revision();
        if (reference.qualifier().isEmpty() || reference.qualifier().get().isLatest()) {
            return whole.with(whole.function().with(its -> {
                its.policy = policy;
                its.revisionId = revision;
            }));
        }
        var text = reference.qualifier().get().text();
        return whole.alias(text)
                .map(alias -> whole.with(alias.withPolicy(policy, revision)))
                .orElseGet(() -> whole.with(whole.version(text).orElseThrow().withPolicy(policy, revision)));
    }
}
