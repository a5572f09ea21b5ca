package dev.boda.sandbox.namespaces;

import dev.boda.sandbox.process.ProcessTree.Step;
import java.io.IOException;
import java.util.List;

/// Steps that are all taken, whichever of them fails.
final class Steps {

    private Steps() {}

    /// Takes them all, then throws with what failed, if anything did.
    static void takeAll(List<Step> steps) throws IOException {
        var failure = new IOException("Not everything was removed");
        takeAll(failure, steps);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /// The same because of `cause`, which learns what failed.
    static void takeAll(Throwable cause, List<Step> steps) {
        for (var step : steps) {
            try {
                step.take();
            } catch (IOException | RuntimeException also) {
                cause.addSuppressed(also);
            }
        }
    }
}
