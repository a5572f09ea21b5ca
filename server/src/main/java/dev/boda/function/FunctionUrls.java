package dev.boda.function;

import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.function.FunctionUrl.InvokeMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Function URLs: making, changing, deleting and finding them. A function has one, and so has each of its aliases. A
/// URL is the function's: it outlives its alias, calls it again when it is made again, and goes with the function.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html>
public final class FunctionUrls {

    /// How many ids are tried; two of them are never the same by chance.
    private static final int ID_ATTEMPTS = 10;

    private static final String ALL = "*";

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-url-cors.html>
    private static final Set<String> METHODS = Set.of("GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", ALL);

    /// What a header can hold.
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    private static final CorsRules NOTHING = new CorsRules(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private final FunctionCatalog catalog;

    public FunctionUrls(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    /// What a URL shall be.
    ///
    /// @param cors none where no member of it is there
    public record Wish(AuthType authType, InvokeMode invokeMode, Optional<CorsRules> cors) {

        public Wish {
            cors = cors.flatMap(FunctionUrls::checked);
        }
    }

    /// Makes a URL.
    ///
    /// @param reference the function, or an alias of it
    public FunctionUrl create(FunctionReference reference, Wish wish) throws InterruptedException {
        var target = target(reference);
        requireFunction(reference);
        return changed(reference, whole -> {
            checkTarget(whole, target);
            if (whole.url(target).isPresent()) {
                throw FunctionUrlErrors.exists(reference.arn());
            }
            var now = catalog.stamps().nowToTheMicrosecond();
            return new FunctionUrl(
                    newId(),
                    reference.function(),
                    reference.qualifier().map(Qualifier::text),
                    wish.authType(),
                    wish.invokeMode(),
                    wish.cors(),
                    now,
                    now);
        });
    }

    private String newId() {
        return Stream.generate(catalog.stamps()::urlId)
                .limit(ID_ATTEMPTS)
                .filter(id -> find(id).isEmpty())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Every id of a function URL is taken"));
    }

    /// The URL of the function, or of the alias, which need not be there any more.
    public FunctionUrl get(FunctionReference reference) {
        return catalog.whole(reference.function())
                .flatMap(whole -> whole.url(target(reference)))
                .orElseThrow(FunctionUrlErrors::notFound);
    }

    /// Changes a URL and says how it is then. Its address stays the same.
    ///
    /// @param change may be asked several times
    public FunctionUrl update(FunctionReference reference, UnaryOperator<Wish> change) throws InterruptedException {
        var target = target(reference);
        requireFunction(reference);
        return changed(reference, whole -> {
            checkTarget(whole, target);
            var old = whole.url(target).orElseThrow(FunctionUrlErrors::notFound);
            var wish = change.apply(new Wish(old.authType(), old.invokeMode(), old.cors()));
            return new FunctionUrl(
                    old.id(),
                    old.function(),
                    old.alias(),
                    wish.authType(),
                    wish.invokeMode(),
                    wish.cors(),
                    old.created(),
                    catalog.stamps().nowToTheMicrosecond());
        });
    }

    /// Deletes a URL; that of an alias though the alias is gone.
    public void delete(FunctionReference reference) throws InterruptedException {
        get(reference);
        var target = target(reference);
        catalog.change(reference.function(), whole -> {
            if (whole.url(target).isEmpty()) {
                throw FunctionUrlErrors.notFound();
            }
            return whole.withoutUrl(target);
        });
    }

    /// At most `limit` URLs of a function: its own, then those of its aliases by their names.
    ///
    /// @param after the [FunctionUrl#target] of the last one before them; the empty string to begin
    public List<FunctionUrl> list(FunctionName function, String after, int limit) {
        var whole = catalog.whole(function).orElseThrow(FunctionUrlErrors::noFunction);
        return whole.urls().tailMap(after, false).values().stream().limit(limit).toList();
    }

    /// The URL of an id, of whatever account, region and function. From memory, without a lock.
    public Optional<FunctionUrl> find(String id) {
        return catalog.url(id);
    }

    private static String target(FunctionReference reference) {
        return reference.qualifier().map(Qualifier::text).orElse(FunctionVersion.LATEST);
    }

    private void requireFunction(FunctionReference reference) {
        if (!catalog.exists(reference.function())) {
            throw FunctionUrlErrors.noFunction();
        }
    }

    private static void checkTarget(WholeFunction whole, String target) {
        if (!target.equals(FunctionVersion.LATEST) && whole.alias(target).isEmpty()) {
            throw FunctionUrlErrors.noFunction();
        }
    }

    private interface Making {
        FunctionUrl of(WholeFunction whole);
    }

    private FunctionUrl changed(FunctionReference reference, Making making) throws InterruptedException {
        return catalog.change(reference.function(), whole -> whole.with(making.of(whole)))
                .url(target(reference))
                .orElseThrow();
    }

    /// Refuses rules that AWS does not accept. One without any member says that there are none: Terraform takes them
    /// away so (<https://github.com/hashicorp/terraform-provider-aws>, `function_url.go`).
    private static Optional<CorsRules> checked(CorsRules rules) {
        if (rules.equals(NOTHING)) {
            return Optional.empty();
        }
        if (rules.allowOrigins().orElse(List.of()).isEmpty()) {
            throw FunctionUrlErrors.noOrigins();
        }
        Stream.of(rules.allowOrigins(), rules.allowHeaders(), rules.exposeHeaders())
                .flatMap(list -> list.orElse(List.of()).stream())
                .filter(text -> !PRINTABLE.matcher(text).matches())
                .findFirst()
                .ifPresent(_ -> {
                    throw FunctionUrlErrors.noHeader();
                });
        var methods = rules.allowMethods().orElse(List.of());
        methods.stream().filter(method -> !METHODS.contains(method)).findFirst().ifPresent(method -> {
            throw FunctionUrlErrors.unknownMethod(method);
        });
        if (methods.contains(ALL) && methods.size() > 1) {
            throw FunctionUrlErrors.methodsBesideAll();
        }
        return Optional.of(rules);
    }
}
