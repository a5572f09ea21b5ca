package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The environments of each version that has any, or invocations that wait for one.
final class Versions implements Room.Evictor {

    private final ConcurrentHashMap<String, VersionEnvironments> all = new ConcurrentHashMap<>();
    private final Function<FunctionVersion, VersionEnvironments> maker;
    private final Predicate<String> retired;

    /// @param retired whether environments of the version with this id end as soon as they have no invocation
    Versions(Function<FunctionVersion, VersionEnvironments> maker, Predicate<String> retired) {
        this.maker = maker;
        this.retired = retired;
    }

    boolean isRetired(String versionId) {
        return retired.test(versionId);
    }

    Collection<VersionEnvironments> all() {
        return all.values();
    }

    /// Those of this version, if there are any.
    @Nullable
    VersionEnvironments find(String versionId) {
        return all.get(versionId);
    }

    /// Those of this version, even if there are none. They may be forgotten at any time: then they say so, and are to
    /// be asked for again.
    VersionEnvironments of(FunctionVersion version) {
        var known = all.get(version.id());
        return known == null ? all.computeIfAbsent(version.id(), _ -> make(version)) : known;
    }

    /// The first answer that is one, of this version's environments: those that are forgotten give none.
    <R> R ask(FunctionVersion version, Function<VersionEnvironments, Optional<R>> question) {
        while (true) {
            var environments = of(version);
            var answer = question.apply(environments);
            if (answer.isPresent()) {
                return answer.get();
            }
            forget(version, environments);
        }
    }

    void forgetIfEmpty(FunctionVersion version) {
        var environments = all.get(version.id());
        if (environments != null && environments.forgetIfEmpty()) {
            forget(version, environments);
        }
    }

    void forget(FunctionVersion version, VersionEnvironments forgotten) {
        all.remove(version.id(), forgotten);
    }

    @Override
    public @Nullable ExecutionEnvironment evictOne(Duration idleFor) {
        while (true) {
            var spare = all.values().stream()
                    .map(each -> each.spare(idleFor))
                    .flatMap(Optional::stream)
                    .min(Comparator.comparingDouble(Spare::worth));
            if (spare.isEmpty()) {
                return null;
            }
            var environment = spare.get().environment();
            if (spare.get().of().remove(environment)) {
                environment.dismiss();
                return environment;
            }
        }
    }

    @Override
    public long idleBytes(Duration idleFor) {
        return spares(idleFor).bytes();
    }

    /// The environments that have been idle for so long, of all versions.
    Spares spares(Duration idleFor) {
        return all.values().stream().map(each -> each.spares(idleFor)).reduce(Spares.NONE, Spares::and);
    }

    /// Idle environments that could be ended.
    ///
    /// @param bytes that they count with together
    record Spares(long environments, long bytes) {

        private static final Spares NONE = new Spares(0, 0);

        private Spares and(Spares others) {
            return new Spares(environments + others.environments, bytes + others.bytes);
        }
    }

    /// An idle environment.
    ///
    /// @param of    whose it is
    /// @param worth how much it is missed for each byte that it counts with
    record Spare(ExecutionEnvironment environment, VersionEnvironments of, double worth) {}

    private VersionEnvironments make(FunctionVersion version) {
        var environments = maker.apply(version);
        if (retired.test(version.id())) {
            var _ = environments.retire();
        }
        return environments;
    }
}
