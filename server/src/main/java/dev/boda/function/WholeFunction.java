package dev.boda.function;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A function with its versions, aliases and URLs, at one moment. Immutable.
///
/// @param versions published ones that were not deleted, by number
/// @param aliases  by name
/// @param urls     by what they call: `$LATEST`, or an alias, which need not be there
public record WholeFunction(
        FunctionRecord function,
        NavigableMap<Integer, PublishedVersion> versions,
        NavigableMap<String, Alias> aliases,
        NavigableMap<String, FunctionUrl> urls) {

    public WholeFunction {
        versions = Collections.unmodifiableNavigableMap(versions);
        aliases = Collections.unmodifiableNavigableMap(aliases);
        urls = Collections.unmodifiableNavigableMap(urls);
    }

    /// A function that has nothing beside itself.
    static WholeFunction alone(FunctionRecord function) {
        return of(function, List.of(), List.of(), List.of());
    }

    static WholeFunction of(
            FunctionRecord function,
            Collection<PublishedVersion> versions,
            Collection<Alias> aliases,
            Collection<FunctionUrl> urls) {
        var byNumber = new TreeMap<Integer, PublishedVersion>();
        versions.forEach(version -> byNumber.put(version.number(), version));
        var byName = new TreeMap<String, Alias>();
        aliases.forEach(alias -> byName.put(alias.name(), alias));
        var byTarget = new TreeMap<String, FunctionUrl>();
        urls.forEach(url -> byTarget.put(url.target(), url));
        return new WholeFunction(function, byNumber, byName, byTarget);
    }

    WholeFunction with(FunctionRecord changed) {
        return new WholeFunction(changed, versions, aliases, urls);
    }

    WholeFunction with(PublishedVersion version) {
        var changed = new TreeMap<>(versions);
        changed.put(version.number(), version);
        return new WholeFunction(function, changed, aliases, urls);
    }

    WholeFunction with(Alias alias) {
        var changed = new TreeMap<>(aliases);
        changed.put(alias.name(), alias);
        return new WholeFunction(function, versions, changed, urls);
    }

    /// The same with another runtime management of a version.
    public WholeFunction with(Optional<Qualifier> qualifier, RuntimeManagement changed) {
        if (qualifier.filter(named -> !named.isLatest()).isEmpty()) {
            return with(function.with(its -> its.runtimeManagement = changed));
        }
        return version(qualifier.get().text())
                .map(version -> with(version.withRuntimeManagement(changed)))
                .orElseThrow(() -> LambdaErrors.functionNotFound(function.name().arn(qualifier.get())));
    }

    WholeFunction withoutVersion(int number) {
        var changed = new TreeMap<>(versions);
        changed.remove(number);
        return new WholeFunction(function, changed, aliases, urls);
    }

    WholeFunction withoutAlias(String alias) {
        var changed = new TreeMap<>(aliases);
        changed.remove(alias);
        return new WholeFunction(function, versions, changed, urls);
    }

    /// The same with another URL in the place of the one that calls the same, if there is one.
    WholeFunction with(FunctionUrl url) {
        var changed = new TreeMap<>(urls);
        changed.put(url.target(), url);
        return new WholeFunction(function, versions, aliases, changed);
    }

    WholeFunction withoutUrl(String target) {
        var changed = new TreeMap<>(urls);
        changed.remove(target);
        return new WholeFunction(function, versions, aliases, changed);
    }

    /// Publishes what `$LATEST` is now, or says which version it is already.
    WholeFunction published(Optional<String> description, Stamps stamps) {
        if (function.code().folder().isPresent()) {
            throw LiveCodeErrors.notPublished(function.code().folder().get());
        }
        if (lastIfSame().isPresent()) {
            return this;
        }
        int number = function.lastVersion() + 1;
        return with(function.with(its -> {
                    its.lastVersion = number;
                    its.revisionId = stamps.revision();
                }))
                .with(PublishedVersion.of(function, number, description, stamps));
    }

    /// The version that was published last, if `$LATEST` has not changed since.
    private Optional<PublishedVersion> lastIfSame() {
        return Optional.ofNullable(versions.get(function.lastVersion())).filter(last -> last.isSameAs(function));
    }

    /// The version that [#published] has made or found.
    public Named last() {
        var number = lastIfSame().orElseThrow().snapshot().version();
        return find(Optional.of(new Qualifier(number))).orElseThrow();
    }

    Optional<PublishedVersion> version(String number) {
        return Qualifier.number(number).map(versions::get);
    }

    public Optional<Alias> alias(String name) {
        return Optional.ofNullable(aliases.get(name));
    }

    /// The URL that calls an alias or `$LATEST`.
    Optional<FunctionUrl> url(String target) {
        return Optional.ofNullable(urls.get(target));
    }

    /// What a qualifier names, if that exists.
    public Optional<Named> find(Optional<Qualifier> qualifier) {
        if (qualifier.isEmpty() || qualifier.get().isLatest()) {
            return Optional.of(new Named(function, FunctionVersion.LATEST, qualifier));
        }
        var text = qualifier.get().text();
        var version = alias(text).map(Alias::version).orElse(text);
        if (version.equals(FunctionVersion.LATEST)) {
            return Optional.of(new Named(function, version, qualifier));
        }
        return version(version).map(published -> new Named(published.shownAs(function), version, qualifier));
    }

    /// `$LATEST` and every version, in that order.
    public Stream<Named> all() {
        return Stream.concat(
                find(Optional.of(Qualifier.LATEST)).stream(),
                versions.values().stream().map(version -> {
                    var number = version.snapshot().version();
                    return new Named(version.shownAs(function), number, Optional.of(new Qualifier(number)));
                }));
    }

    /// Names of the aliases that refer to a version.
    List<String> aliasesOf(int number) {
        var text = String.valueOf(number);
        return aliases.values().stream()
                .filter(alias -> alias.refersTo(text))
                .map(Alias::name)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /// Of code packages, as AWS counts them: each version's own.
    long codeBytes() {
        return function.code().sizeBytes()
                + versions.values().stream()
                        .mapToLong(version -> version.snapshot().code().sizeBytes())
                        .sum();
    }

    /// Every snapshot that an invocation may run.
    Stream<FunctionVersion> snapshots() {
        return Stream.concat(
                function.serving().stream(), versions.values().stream().map(PublishedVersion::snapshot));
    }

    /// How many environments all provisioned concurrency of it asks for.
    public int provisioned() {
        return Stream.concat(
                        versions.values().stream().map(PublishedVersion::provisioned),
                        aliases.values().stream().map(Alias::provisioned))
                .flatMap(Optional::stream)
                .mapToInt(ProvisionedRequest::environments)
                .sum();
    }

    /// How many environments are to be kept initialised, of each snapshot that has any.
    Map<FunctionVersion, Integer> wanted() {
        var wanted = new HashMap<FunctionVersion, Integer>();
        versions.values()
                .forEach(version -> version.provisioned()
                        .ifPresent(its -> wanted.merge(version.snapshot(), its.environments(), Integer::sum)));
        for (var alias : aliases.values()) {
            alias.provisioned()
                    .ifPresent(its -> version(alias.version())
                            .ifPresent(version -> wanted.merge(version.snapshot(), its.environments(), Integer::sum)));
        }
        return wanted;
    }

    /// A version of a function as a request names it.
    ///
    /// @param shown     its configuration, code and state
    /// @param version   `$LATEST` or a number
    /// @param qualifier the request's, which its ARN ends in
    public record Named(FunctionRecord shown, String version, Optional<Qualifier> qualifier) {

        /// 0 for `$LATEST`, which stands before all others.
        public int number() {
            return Qualifier.number(version).orElse(0);
        }

        public String arn() {
            return qualifier.map(shown.name()::arn).orElseGet(shown.name()::arn);
        }
    }
}
