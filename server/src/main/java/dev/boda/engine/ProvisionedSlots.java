package dev.boda.engine;

import dev.boda.function.FunctionName;
import dev.boda.function.FunctionVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// How much concurrency is provisioned, and for which versions. Their invocations have slots of their own, so many of
/// each version, which are taken from what its function has reserved or from what its account has not: used or not,
/// they are nobody else's. Every invocation asks: it answers from memory.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>
public final class ProvisionedSlots {

    private record Wanted(FunctionName function, int slots) {}

    private final Map<String, Wanted> wanted = new ConcurrentHashMap<>();

    /// So many of a version from now on.
    public void set(FunctionVersion version, int slots) {
        if (slots == 0) {
            forget(version.id());
        } else {
            wanted.put(version.id(), new Wanted(version.function(), slots));
        }
    }

    void forget(String versionId) {
        wanted.remove(versionId);
    }

    /// Those of one version.
    int of(String versionId) {
        var found = wanted.get(versionId);
        return found == null ? 0 : found.slots;
    }

    /// Those of the versions of all these functions together.
    int of(Predicate<FunctionName> functions) {
        int sum = 0;
        for (var each : wanted.values()) {
            sum += functions.test(each.function) ? each.slots : 0;
        }
        return sum;
    }
}
