package dev.boda.function;

import java.util.Optional;

/// Publishing versions of functions, and deleting them.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html>
public final class FunctionVersions {

    private final FunctionCatalog catalog;

    public FunctionVersions(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    /// What a caller believes the function to be that he publishes; whatever is empty may be anything.
    ///
    /// @param codeSha256 of its code, in Base64
    public record Expected(Optional<String> revisionId, Optional<String> codeSha256) {}

    /// Makes a version of what `$LATEST` is; the last version if nothing has changed since.
    public WholeFunction.Named publish(FunctionName name, Optional<String> description, Expected expected)
            throws InterruptedException {
        return catalog.change(name, whole -> {
                    check(whole.function(), expected);
                    return whole.published(description, catalog.stamps());
                })
                .last();
    }

    private static void check(FunctionRecord function, Expected expected) {
        if (expected.revisionId()
                .filter(id -> !id.equals(function.revisionId()))
                .isPresent()) {
            throw LambdaErrors.revisionMismatch();
        }
        FunctionCatalog.checkSettled(function);
        var sha256 = function.code().sha256Base64();
        if (expected.codeSha256().filter(sha -> !sha.equals(sha256)).isPresent()) {
            throw VersionErrors.codeMismatch(expected.codeSha256().get(), sha256);
        }
    }

    /// Deletes a version. One that is not there is none, if its function is.
    public void delete(FunctionName name, Qualifier qualifier) throws InterruptedException {
        if (qualifier.isLatest()) {
            throw LambdaErrors.latestIsNotDeletable();
        }
        if (qualifier.isAlias()) {
            throw LambdaErrors.aliasIsNotDeletable();
        }
        var number = Qualifier.number(qualifier.text()).orElse(0);
        catalog.change(name, whole -> {
            var aliases = whole.aliasesOf(number);
            if (!aliases.isEmpty()) {
                throw VersionErrors.versionHasAliases(aliases);
            }
            return whole.withoutVersion(number);
        });
    }
}
