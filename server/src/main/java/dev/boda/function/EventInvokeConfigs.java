package dev.boda.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The event invoke configs of functions, versions and aliases. Each is its own: what an invocation names has one, or
/// AWS's defaults apply; none is taken from the function, or from the version that an alias refers to.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>
public final class EventInvokeConfigs {

    private final FunctionCatalog catalog;
    private final DestinationRules rules;

    public EventInvokeConfigs(FunctionCatalog catalog) {
        this.catalog = catalog;
        this.rules = new DestinationRules(catalog);
    }

    /// What a config shall say, held against AWS's model; what is empty is not said.
    public record Wish(
            Optional<Integer> maximumRetryAttempts,
            Optional<Integer> maximumEventAgeSeconds,
            Optional<EventDestinations> destinations) {

        private boolean saysNothing() {
            return maximumRetryAttempts.isEmpty() && maximumEventAgeSeconds.isEmpty() && destinations.isEmpty();
        }
    }

    /// A config, and whose it is.
    ///
    /// @param arn ends in `$LATEST`, the version or the alias
    public record Kept(String arn, EventInvokeConfig config) {}

    /// The config says this, and nothing else.
    public Kept put(FunctionReference reference, Wish wish) throws InterruptedException {
        return changed(reference, wish, _ -> EventInvokeConfig.DEFAULT);
    }

    /// The config, which must be there, says this and what it said before.
    public Kept update(FunctionReference reference, Wish wish) throws InterruptedException {
        return changed(reference, wish, whole -> require(whole, reference));
    }

    private interface Before {
        EventInvokeConfig of(WholeFunction whole);
    }

    private Kept changed(FunctionReference reference, Wish wish, Before before) throws InterruptedException {
        if (wish.saysNothing()) {
            throw EventInvokeErrors.nothingSaid();
        }
        requireNamed(reference);
        wish.destinations().ifPresent(destinations -> rules.check(reference.function(), destinations));
        var changed = catalog.change(reference.function(), whole -> {
            if (whole.find(reference.qualifier()).isEmpty()) {
                throw EventInvokeErrors.noFunction();
            }
            var now = before.of(whole);
            var next = new EventInvokeConfig(
                    wish.maximumRetryAttempts().or(now::maximumRetryAttempts),
                    wish.maximumEventAgeSeconds().or(now::maximumEventAgeSeconds),
                    wish.destinations().orElse(now.destinations()),
                    catalog.stamps().nowMillis());
            return with(whole, qualifier(reference), Optional.of(next));
        });
        return new Kept(arn(reference), require(changed, reference));
    }

    private void requireNamed(FunctionReference reference) {
        if (catalog.whole(reference.function())
                .flatMap(whole -> whole.find(reference.qualifier()))
                .isEmpty()) {
            throw EventInvokeErrors.noFunction();
        }
    }

    /// The config of what is named.
    public Kept get(FunctionReference reference) {
        return find(reference)
                .map(config -> new Kept(arn(reference), config))
                .orElseThrow(() -> EventInvokeErrors.notConfigured(arn(reference)));
    }

    /// What applies to an invocation that names its function so, if something is configured. From memory, without a
    /// lock.
    public Optional<EventInvokeConfig> find(FunctionReference reference) {
        return catalog.whole(reference.function()).flatMap(whole -> of(whole, qualifier(reference)));
    }

    /// AWS's defaults apply again.
    public void delete(FunctionReference reference) throws InterruptedException {
        get(reference);
        catalog.change(reference.function(), whole -> {
            require(whole, reference);
            return with(whole, qualifier(reference), Optional.empty());
        });
    }

    /// All of a function: its own, then those of its versions and aliases.
    public List<Kept> list(FunctionName name) {
        var whole = catalog.whole(name).orElseThrow(EventInvokeErrors::noFunction);
        var all = new ArrayList<Kept>();
        add(all, whole, Qualifier.LATEST);
        whole.versions().keySet().forEach(number -> add(all, whole, new Qualifier(String.valueOf(number))));
        whole.aliases().keySet().forEach(alias -> add(all, whole, new Qualifier(alias)));
        return all;
    }

    private static void add(List<Kept> all, WholeFunction whole, Qualifier qualifier) {
        of(whole, qualifier)
                .ifPresent(config -> all.add(new Kept(whole.function().name().arn(qualifier), config)));
    }

    private static Qualifier qualifier(FunctionReference reference) {
        return reference.qualifier().orElse(Qualifier.LATEST);
    }

    private static String arn(FunctionReference reference) {
        return reference.function().arn(qualifier(reference));
    }

    private static EventInvokeConfig require(WholeFunction whole, FunctionReference reference) {
        return of(whole, qualifier(reference)).orElseThrow(() -> EventInvokeErrors.notConfigured(arn(reference)));
    }

    private static Optional<EventInvokeConfig> of(WholeFunction whole, Qualifier qualifier) {
        if (qualifier.isLatest()) {
            return whole.function().eventInvoke();
        }
        var alias = whole.alias(qualifier.text());
        return alias.isPresent()
                ? alias.get().eventInvoke()
                : whole.version(qualifier.text()).flatMap(PublishedVersion::eventInvoke);
    }

    private static WholeFunction with(WholeFunction whole, Qualifier qualifier, Optional<EventInvokeConfig> config) {
        if (qualifier.isLatest()) {
            return whole.with(whole.function().with(its -> its.eventInvoke = config));
        }
        return whole.alias(qualifier.text())
                .map(alias -> whole.with(alias.withEventInvoke(config)))
                .orElseGet(() ->
                        whole.with(whole.version(qualifier.text()).orElseThrow().withEventInvoke(config)));
    }
}
