package dev.boda.sandbox.process;

import java.io.IOException;

/// Steps that are all taken, whichever of them fails.
///
/// What a start has made is undone by a deque of them: each is pushed when there is something to undo, and the last is
/// taken first.
public final class Steps {

    private Steps() {}

    /// Something to be done whether or not the step before it failed.
    public interface Step {
        void take() throws IOException;
    }

    /// Takes them all, then throws with what failed, if anything did.
    public static void takeAll(Iterable<Step> steps) throws IOException {
        var failure = new IOException("Not everything was removed");
        takeAll(failure, steps);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    /// The same because of `cause`, which learns what failed.
    public static void takeAll(Throwable cause, Iterable<Step> steps) {
        for (var step : steps) {
            try {
                step.take();
            } catch (IOException | RuntimeException | Error also) {
                // The JVM throws one OutOfMemoryError again and again when it cannot make another.
                if (!also.equals(cause)) {
                    cause.addSuppressed(also);
                }
            }
        }
    }
}
