package dev.boda.api.lambda;

import dev.boda.function.LambdaErrors;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.runtime.Runtimes;

/// Refuses a function whose runtime this machine cannot run, when it is created and not when it is invoked.
public final class InstalledRuntimes {

    private final Runtimes runtimes;

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
}
