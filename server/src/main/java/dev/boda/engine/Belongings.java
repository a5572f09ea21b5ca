package dev.boda.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What belongs to one environment. Closing removes it all, the last first, whatever goes wrong on the way. Belongs to
/// the environment's own thread.
final class Belongings {

    private final ArrayDeque<Runnable> removals = new ArrayDeque<>();

    void add(Runnable removal) {
        removals.addFirst(removal);
    }

    /// Adds what is removed at the very end, after all that was added before and is added later.
    void addUndermost(Runnable removal) {
        removals.addLast(removal);
    }

    void close() {
        @Nullable RuntimeException failure = null;
        for (var removal = removals.pollFirst(); removal != null; removal = removals.pollFirst()) {
            try {
                removal.run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
