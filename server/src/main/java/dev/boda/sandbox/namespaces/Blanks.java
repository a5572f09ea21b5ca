package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.sandbox.InsideSockets;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Blanks made ahead of need: what takes long and is the same for every function has been done when one is taken.
///
/// All are started by one thread that lives as long as this object: the kernel ends a blank, and what becomes of it,
/// when the thread that started it ends, and so nothing outlives a server that was killed.
final class Blanks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Blanks.class);

    /// Enough for the cold starts that come at once on a small machine; whoever finds none makes one.
    private static final int AHEAD = 4;

    private final CallRunner runner;
    private final Supplier<Identities> identities;
    private final Preparation.Needs needs;
    private final ExecutorService spawner = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sandbox-spawn").daemon(true).factory());
    private final ExecutorService refiller = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sandbox-ahead").daemon(true).factory());
    private final BlockingQueue<Prepared> ready = new ArrayBlockingQueue<>(AHEAD);

    private volatile boolean closed;

    /// A blank and the sockets inside it.
    record Prepared(Blank blank, InsideSockets sockets) {

        void close() throws IOException {
            try {
                sockets.close();
            } finally {
                blank.close();
            }
        }
    }

    Blanks(CallRunner runner, Supplier<Identities> identities, Preparation.Needs needs) {
        this.runner = runner;
        this.identities = identities;
        this.needs = needs;
    }

    /// One that waits, or else a new one. Blocks: called on a platform thread.
    Prepared take() throws IOException {
        for (var next = ready.poll(); next != null; next = ready.poll()) {
            refill();
            if (next.blank().lives()) {
                return next;
            }
            next.close();
        }
        refill();
        return make();
    }

    /// Makes blanks until enough wait, beside everything else.
    void refill() {
        if (!closed) {
            refiller.execute(this::fill);
        }
    }

    private void fill() {
        try {
            while (!closed && ready.remainingCapacity() > 0) {
                ready.add(make());
            }
        } catch (IOException refused) {
            log.debug("No sandbox was made ahead", refused);
        }
    }

    private Prepared make() throws IOException {
        var blank = spawn();
        try {
            return new Prepared(blank, blank.prepare(Preparation.script(needs)));
        } catch (IOException | RuntimeException refused) {
            blank.close();
            throw refused;
        }
    }

    private Blank spawn() throws IOException {
        var made = new CompletableFuture<Blank>();
        spawner.execute(() -> {
            try {
                made.complete(Blank.spawn(runner, identities.get()));
            } catch (IOException | RuntimeException refused) {
                made.completeExceptionally(refused);
            }
        });
        try {
            return made.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof IOException refused ? refused : new IOException(failed.getCause());
        }
    }

    /// Ends those that wait. No sandbox that was made of one may live any longer.
    @Override
    public void close() {
        closed = true;
        refiller.close();
        for (var next = ready.poll(); next != null; next = ready.poll()) {
            try {
                next.close();
            } catch (IOException fault) {
                log.error("A sandbox that was made ahead is left", fault);
            }
        }
        spawner.close();
    }
}
