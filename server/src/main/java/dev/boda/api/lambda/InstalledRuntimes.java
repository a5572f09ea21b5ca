package dev.boda.api.lambda;

import dev.boda.function.LambdaErrors;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.runtime.Runtimes;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The runtimes of this machine: a function that it cannot run is refused when it is created, not when it is
/// invoked.
public final class InstalledRuntimes {

    private final Runtimes runtimes;
    private final Map<String, Optional<String>> standIns = new ConcurrentHashMap<>();

    public InstalledRuntimes(Runtimes runtimes) {
        this.runtimes = runtimes;
    }

    void check(String id) {
        try {
            runtimes.resolve(id);
        } catch (RuntimeUnavailableException e) {
            var message = e.getMessage();
            throw LambdaErrors.invalidParameter(message == null ? id + " is not installed here." : message);
        }
    }

    /// What runs functions of this runtime where it is not the runtime itself: `python 3.11.2`. Asked at every
    /// invocation; which interpreters there are does not change while the server runs.
    Optional<String> standIn(String id) {
        return standIns.computeIfAbsent(id, this::findStandIn);
    }

    private Optional<String> findStandIn(String id) {
        try {
            var runtime = runtimes.resolve(id);
            return runtime.exact() ? Optional.empty() : Optional.of(runtime.language() + " " + runtime.exactVersion());
        } catch (RuntimeUnavailableException _) {
            return Optional.empty();
        }
    }
}
