package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.EventLoop;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.egress.Link;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.groups.ResourceGroups;
import dev.boda.sandbox.process.OwnLimits;
import dev.boda.sandbox.process.Steps;
import dev.boda.sandbox.process.Steps.Step;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Blanks made ahead of need: what takes long and is the same for every function has been done when one is taken.
///
/// All are started by one thread that lives as long as this object: the kernel ends a blank, and what becomes of it,
/// when the thread that started it ends, and so nothing outlives a server that was killed.
final class Blanks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Blanks.class);

    /// Enough for the cold starts that come at once on a small machine; whoever finds none makes one. Each that waits
    /// takes some 100 KB, and as much as 700 KB of the kernel's memory.
    private static final int MOST_AHEAD = 12;

    /// Of the server's open files and its user's processes, for each that waits: it holds nine files and is a process.
    private static final int FILES_FOR_ONE = 64;

    private static final int PROCESSES_FOR_ONE = 32;

    /// Where fewer wait, more are made at once, beside the runtimes that start. Otherwise only when no sandbox was
    /// started for [#QUIET_MILLIS]: making one takes 20 ms of a processor, and a Node.js that starts meanwhile, on
    /// two of them, takes 3 to 9 ms longer.
    private static final int FEW = 2;

    /// Longer than most runtimes take to start.
    private static final long QUIET_MILLIS = 150;

    /// How often is looked whether the machine still is what those that wait have seen of it.
    private static final long LOOK_MILLIS = 2_000;

    private final Parts parts;
    private final ExecutorService spawner = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sandbox-spawn").daemon(true).factory());
    private final ScheduledThreadPoolExecutor refiller = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("sandbox-ahead").daemon(true).factory());
    private final BlockingQueue<Prepared> ready = new ArrayBlockingQueue<>(MOST_AHEAD);
    private final int ahead;
    private final AtomicInteger made = new AtomicInteger();

    private volatile long lastTaken;
    private volatile boolean closed;

    /// What blanks are made of.
    ///
    /// @param server    what tells the server from others on the machine
    /// @param site      what their roots are built on, and by what right
    /// @param loop      notices groups that run out of memory
    /// @param egress    the way out, if there is one
    /// @param frontPort of AWS's APIs inside
    record Parts(
            int server,
            CallRunner runner,
            SandboxRoot.Site site,
            ResourceGroups groups,
            EventLoop loop,
            Optional<Egress> egress,
            int frontPort) {

        void close() throws IOException {
            Steps.takeAll(List.of(runner::close, () -> egress.ifPresent(Egress::close), groups::close));
        }
    }

    /// A blank and what was made for it.
    ///
    /// @param seen of the machine, before its root was prepared
    record Prepared(
            Blank blank,
            SandboxRoot root,
            HostRoot.Seen seen,
            InsideSockets sockets,
            ResourceGroup group,
            Optional<Link> link) {

        void close() throws IOException {
            Steps.takeAll(List.of(sockets::close, blank::close, this::closeLink, group::remove));
        }

        private void closeLink() throws IOException {
            if (link.isPresent()) {
                link.get().close();
            }
        }
    }

    /// @param limits how much the server may hold decides on how many wait
    Blanks(Parts parts, OwnLimits limits) {
        this.parts = parts;
        this.ahead = ahead(limits);
        refiller.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    static int ahead(OwnLimits limits) {
        int room = Math.min(limits.openFiles() / FILES_FOR_ONE, limits.processes() / PROCESSES_FOR_ONE);
        return Math.clamp(room, FEW, MOST_AHEAD);
    }

    /// One that waits, or else a new one. Blocks: called on a platform thread.
    Prepared take() throws IOException {
        for (var next = ready.poll(); next != null; next = ready.poll()) {
            if (isUsable(next)) {
                restock();
                return next;
            }
        }
        restock();
        return make();
    }

    private static boolean isUsable(Prepared prepared) {
        try {
            if (prepared.blank().lives()) {
                return true;
            }
        } catch (IOException fault) {
            log.error("Whether a sandbox that was made ahead still waits is not known", fault);
        }
        discard(prepared);
        return false;
    }

    private static void discard(Prepared prepared) {
        try {
            prepared.close();
        } catch (IOException fault) {
            log.error("A sandbox that was made ahead is left", fault);
        }
    }

    private void restock() {
        lastTaken = System.nanoTime();
        if (!closed) {
            if (ready.size() < FEW) {
                refiller.execute(() -> fill(FEW));
            }
            var _ = refiller.schedule(this::fillIfQuiet, QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// Whoever took one since then has asked for this again.
    private void fillIfQuiet() {
        while (isQuiet() && fill(ready.size() + 1)) {}
    }

    private boolean isQuiet() {
        return System.nanoTime() - lastTaken >= TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS);
    }

    /// Makes the first ones, beside everything else, and sees to it from now on that none shows a machine that is no
    /// more: what it holds of that could not be unmounted.
    void refill() {
        refiller.execute(() -> fill(ahead));
        var _ = refiller.scheduleWithFixedDelay(this::renewIfQuiet, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Nothing may be thrown: it would not be done again.
    private void renewIfQuiet() {
        try {
            if (isQuiet()) {
                renew(HostRoot.look());
            }
        } catch (IOException | RuntimeException | Error unknown) {
            log.debug("Whether the machine has changed is not known", unknown);
        }
    }

    /// One after the other, so that some always wait.
    private void renew(HostRoot.Seen now) {
        for (var waiting : List.copyOf(ready)) {
            if (!closed && !waiting.seen().holds(now) && ready.remove(waiting)) {
                discard(waiting);
                fill(ready.size() + 1);
            }
        }
    }

    /// Makes blanks until so many wait; says whether more could.
    private boolean fill(int enough) {
        try {
            while (!closed && ready.size() < Math.min(enough, ahead)) {
                ready.add(make());
            }
            return !closed && ready.size() < ahead;
        } catch (IOException | RuntimeException refused) {
            log.debug("No sandbox was made ahead", refused);
            return false;
        }
    }

    private Prepared make() throws IOException {
        int number = made.getAndIncrement();
        var undo = new ArrayDeque<Step>();
        try {
            var group = parts.groups().create("sandbox-" + number);
            undo.push(group::remove);
            group.endWhenOutOfMemory(parts.loop());
            var blank = spawn();
            undo.push(blank::close);
            var seen = HostRoot.look();
            var rights = parts.site().rights();
            var preparation = Preparation.of(
                    rights.needs(group.joinFiles(), parts.frontPort()),
                    parts.site(),
                    rights.identities(parts.server(), number));
            var sockets = blank.prepare(preparation.script());
            undo.push(sockets::close);
            var link = parts.egress().isPresent()
                    ? Optional.of(parts.egress().get().attach(blank.pid()))
                    : Optional.<Link>empty();
            return new Prepared(blank, preparation.root(), seen, sockets, group, link);
        } catch (IOException | RuntimeException | Error refused) {
            Steps.takeAll(refused, undo);
            throw refused;
        }
    }

    private Blank spawn() throws IOException {
        var spawned = new CompletableFuture<Blank>();
        spawner.execute(() -> {
            try {
                spawned.complete(Blank.spawn(parts.runner()));
            } catch (Throwable refused) {
                // Whatever it is, the thread must live: all sandboxes end with it.
                spawned.completeExceptionally(refused);
            }
        });
        try {
            return spawned.join();
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
            discard(next);
        }
        spawner.close();
    }
}
