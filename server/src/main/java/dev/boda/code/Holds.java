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

    /// The holders of one package, from the first to the last. Guarded by the [Holds] it is in.
    private static final class Use {
        private int holders;
        /// It was not there before the first of them.
        private boolean fresh;
        /// One of them has let it go as something that a record may name.
        private boolean kept;
    }

    // Guarded by this.
    private final Map<Digest, Use> uses = new HashMap<>();
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
        uses.computeIfAbsent(digest, _ -> new Use()).holders++;
        if (spared != null) {
            spared.add(digest);
        }
    }

    /// A holder is about to write the package, which is not there.
    synchronized void writing(Digest digest) {
        uses.computeIfAbsent(digest, _ -> new Use()).fresh = true;
    }

    /// A holder lets go; a record may name the package.
    synchronized void release(Digest digest) {
        var use = uses.get(digest);
        if (use != null) {
            use.kept = true;
            leave(digest, use);
        }
    }

    /// A holder lets go, and has made no record. Whether nobody else can have made one either: then the package is
    /// taken for removal.
    synchronized boolean releaseForRemoval(Digest digest) {
        var use = uses.get(digest);
        return use != null && leave(digest, use) && use.fresh && !use.kept && removing.add(digest);
    }

    /// Whether it was the last holder. With the monitor held.
    private boolean leave(Digest digest, Use use) {
        boolean last = --use.holders == 0;
        if (last) {
            uses.remove(digest);
        }
        return last;
    }

    /// From now on, whatever is held even for a moment is spared: it may have become referenced after the sweep
    /// asked what is.
    synchronized void startSweep() {
        spared = new HashSet<>(uses.keySet());
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
