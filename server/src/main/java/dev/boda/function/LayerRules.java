package dev.boda.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The second sieve for layers. The runtimes that a layer says it is for may be retired ones, but must be AWS's
/// (measured: <https://github.com/floci-io/floci/issues/2808>); in which order AWS prints them is not known.
public final class LayerRules {

    private LayerRules() {}

    /// Refuses a runtime that a listing cannot ask for.
    public static void checkRuntime(@Nullable String runtime) {
        if (runtime != null && !known().contains(runtime)) {
            throw LambdaErrors.validation("1 validation error detected: Value '" + runtime
                    + "' at 'compatibleRuntime' failed to satisfy constraint: " + enumeration());
        }
    }

    /// Refuses runtimes that a layer version cannot be for.
    public static void checkRuntimes(List<String> runtimes) {
        if (!known().containsAll(runtimes)) {
            throw LambdaErrors.validation("1 validation error detected: Value '" + runtimes
                    + "' at 'compatibleRuntimes' failed to satisfy constraint: Member must satisfy constraint: ["
                    + enumeration() + ", Member must not be null]");
        }
    }

    private static String enumeration() {
        return "Member must satisfy enum value set: " + new ArrayList<>(known());
    }

    private static Set<String> known() {
        var all = new TreeSet<>(RuntimeIds.RETIRED);
        all.addAll(RuntimeIds.ACCEPTED);
        all.addAll(RuntimeIds.NEWER);
        return all;
    }
}
