package dev.boda.function;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which snapshot an invocation runs. Asked on the path of every invocation: what is ready is found in memory,
/// without a lock.
final class InvocationTargets {

    /// Longest that an invocation waits for a function that is being created.
    static final Duration CREATION_WAIT = Duration.ofSeconds(10);

    /// Longest that an invocation waits for an update before it runs what was there before.
    static final Duration UPDATE_WAIT = Duration.ofSeconds(1);

    private final KeptFunctions functions;
    private final RandomGenerator random;

    /// @param random chooses between the versions of an alias; safe for use by several threads
    InvocationTargets(KeptFunctions functions, RandomGenerator random) {
        this.functions = functions;
        this.random = random;
    }

    /// What an invocation of `reference` runs. Waits, for a bounded time, while the function is being created or
    /// updated.
    FunctionVersion resolve(FunctionReference reference) throws InterruptedException {
        var kept = functions.find(reference.function());
        var named = reference.qualifier().orElse(Qualifier.LATEST);
        if (kept != null && kept.function().state().unsettled() && !isReady(kept.whole(), named)) {
            kept = awaitSettled(kept);
        }
        var version = kept == null ? null : version(kept.whole(), named);
        if (kept == null || version == null) {
            throw LambdaErrors.functionNotFound(reference.function().arn(named));
        }
        var function = kept.function();
        if (version.equals(FunctionVersion.LATEST) || function.serving().isEmpty()) {
            return function.serving()
                    .orElseThrow(() -> LambdaErrors.wrongState(function.state().wire()));
        }
        var published = kept.whole().version(version).orElseThrow();
        if (published.state(function) == FunctionState.CREATE_FAILED) {
            throw LambdaErrors.wrongState(FunctionState.CREATE_FAILED.wire());
        }
        return published.snapshot();
    }

    /// Whether it is a version, or an alias of versions, that an update of `$LATEST` does not concern.
    private static boolean isReady(WholeFunction whole, Qualifier named) {
        var versions = whole.alias(named.text())
                .map(alias -> Stream.concat(Stream.of(alias.version()), alias.weights().keySet().stream()))
                .orElseGet(() -> Stream.of(named.text()));
        return versions.allMatch(version -> whole.version(version)
                .filter(published -> published.state(whole.function()) == FunctionState.READY)
                .isPresent());
    }

    /// The version that an invocation with this qualifier runs; null if there is no such one.
    private @Nullable String version(WholeFunction whole, Qualifier named) {
        if (named.isLatest()) {
            return FunctionVersion.LATEST;
        }
        var version =
                whole.alias(named.text()).map(alias -> alias.choose(random)).orElse(named.text());
        boolean exists =
                version.equals(FunctionVersion.LATEST) || whole.version(version).isPresent();
        return exists ? version : null;
    }

    /// What is there when the creation or update under way has ended, or when it has taken too long.
    private @Nullable KeptFunction awaitSettled(KeptFunction unsettled) throws InterruptedException {
        var limit = unsettled.function().state() == FunctionState.CREATING ? CREATION_WAIT : UPDATE_WAIT;
        long deadline = System.nanoTime() + limit.toNanos();
        var kept = unsettled;
        // What takes its place may be another reservation, with the update still under way.
        for (long left = limit.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            kept = functions.awaitSuperseded(kept, Duration.ofNanos(left));
            if (kept == null || !kept.function().state().unsettled()) {
                return kept;
            }
        }
        return kept;
    }
}
