package dev.boda.api.lambda;

import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.engine.InvocationResult;
import dev.boda.engine.ThrottledException;
import dev.boda.function.LambdaErrors;

/// What the engine throws, in AWS's words. Function URLs, a face that does not know this one, say the same.
final class EngineErrors {

    private EngineErrors() {}

    /// A call into the engine.
    interface Run {
        InvocationResult run() throws ThrottledException, EnvironmentUnavailableException, InterruptedException;
    }

    static InvocationResult mapped(Run call) throws InterruptedException {
        try {
            return call.run();
        } catch (ThrottledException e) {
            throw LambdaErrors.throttled(e.reason().wire(), e.limit(), e);
        } catch (EnvironmentUnavailableException e) {
            throw LambdaErrors.unavailable(e.getMessage());
        }
    }
}
