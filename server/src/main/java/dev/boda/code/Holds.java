package dev.boda.code;

import dev.boda.store.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who uses which package, so that none is removed beneath its users: puts whose record is not durable yet, and
/// environments whose code it is. Whoever wants a package that is being removed waits for the end of the removal,
/// and then finds it gone.
final class Holds {

    // Guarded by this.
    private final Map<Digest, Integer> counts = new HashMap<>();
    // Guarded by this.
    private final Set<Digest> removing = new HashSet<>();
    // Guarded by this. What was held at some time during the sweep; null between sweeps.
    private @Nullable Set<Digest> spared;

    synchronized void acquire(Digest digest) {
        boolean interrupted = false;
        while (removing.contains(digest)) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        counts.merge(digest, 1, Integer::sum);
        if (spared != null) {
            spared.add(digest);
        }
    }

    synchronized void release(Digest digest) {
        counts.computeIfPresent(digest, (_, count) -> count == 1 ? null : count - 1);
    }

    /// From now on, whatever is held even for a moment is spared: it may have become referenced after the sweep
    /// asked what is.
    synchronized void startSweep() {
        spared = new HashSet<>(counts.keySet());
    }

    synchronized void endSweep() {
        spared = null;
    }

    /// Takes the package for removal, if no one has held it since the sweep began.
    synchronized boolean startRemoval(Digest digest) {
        return spared != null && !spared.contains(digest) && removing.add(digest);
    }

    synchronized void endRemoval(Digest digest) {
        removing.remove(digest);
        notifyAll();
    }
}
