package dev.boda.sandbox.process;

import dev.boda.os.EventLoop;
import dev.boda.os.OsException;
import dev.boda.os.PlatformThreads;
import dev.boda.os.ProcessTable;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxSpec.Limits;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.process.Steps.Step;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running process with its tree. Its end is noticed by the event loop, or by [#close()], whoever is first: that
/// one kills the rest of the process group, delivers the last output, closes the pipes and tells.
public final class ProcessSandbox implements Sandbox {

    private static final Logger log = LoggerFactory.getLogger(ProcessSandbox.class);

    /// A killed process ends as soon as the kernel lets it: what takes longer hangs in a broken file system.
    public static final Duration LONGEST_KILL = Duration.ofSeconds(10);

    private static final int SIGTERM = 15;
    private static final ProcessTree.Ending KILLED = new ProcessTree.Ending(new Exit.Signal(9), 0);
    private static final long BYTES_PER_MEGABYTE = 1_048_576;

    /// What belongs to the sandbox.
    ///
    /// @param sockets those inside, if it has a network of its own
    public record Parts(
            String name, Limits limits, ProcessTree tree, Optional<InsideSockets> sockets, SandboxOutput output) {}

    private final Parts parts;
    private final OpenSandboxes all;
    private final AtomicReference<Optional<InsideSockets>> sockets;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ReentrantLock ending = new ReentrantLock();
    private EventLoop.@Nullable Registration registration; // Guarded by ending.
    private @Nullable Exit how; // Guarded by ending.
    private final AtomicLong peakBytes = new AtomicLong();

    ProcessSandbox(Parts parts, OpenSandboxes all) {
        this.parts = parts;
        this.all = all;
        this.sockets = new AtomicReference<>(parts.sockets());
    }

    /// Lets the loop read the output and notice the end.
    void start() throws OsException {
        ending.lock();
        try {
            parts.output().start(all.outputs(), all.pauses());
            registration = all.loop().register(parts.tree().end(), this::ended);
        } finally {
            ending.unlock();
        }
    }

    private void ended() {
        Exit now;
        ending.lock();
        try {
            if (how == null) {
                ending().ifPresent(this::settle);
            }
            now = how;
        } finally {
            ending.unlock();
        }
        if (now != null) {
            exit.complete(now);
        }
    }

    /// The end is noted once: nothing more is delivered, and what is left of the process group is killed.
    private void settle(ProcessTree.Ending end) {
        how = end.exit();
        note(end.peakBytes());
        if (registration != null) {
            registration.close();
        }
        parts.tree().killRest();
        endOutput();
    }

    private Optional<ProcessTree.Ending> ending() {
        try {
            var told = parts.tree().ending();
            if (told.isEmpty()) {
                return told;
            }
            var end = told.get();
            var exit = group().explain(end.exit());
            long peakBytes = exit instanceof Exit.OutOfMemory ? group().outOfMemoryBytes() : end.peakBytes();
            return Optional.of(new ProcessTree.Ending(exit, peakBytes));
        } catch (IOException unknown) {
            log.error("How the first process of the sandbox {} ended is not known", name(), unknown);
            return Optional.of(KILLED);
        }
    }

    private void endOutput() {
        try {
            parts.output().end();
        } catch (OsException | RuntimeException fault) {
            log.error("The last output of the sandbox {} is lost", name(), fault);
        }
    }

    @Override
    public void onExit(Consumer<Exit> action) {
        var _ = exit.thenAccept(how -> {
            try {
                action.accept(how);
            } catch (RuntimeException fault) {
                log.error("Who was told of the end of the sandbox {} failed", name(), fault);
            }
        });
    }

    @Override
    public void drainOutput() {
        try {
            parts.output().drain();
        } catch (OsException broken) {
            throw new IllegalStateException("The output of the sandbox " + name() + " is lost", broken);
        }
    }

    @Override
    public long peakMemoryBytes() {
        if (!exit.isDone()) {
            note(all.buffers().borrow(this::measure));
        }
        return peakBytes.get();
    }

    private long measure(ReadBuffer buffer) {
        try {
            return PeakMemory.THIS_MACHINE.of(parts.tree().processes(buffer), buffer);
        } catch (OsException gone) {
            return 0;
        }
    }

    /// As AWS reports it: never more than the function may have, also where nothing keeps it from having more.
    private void note(long bytes) {
        peakBytes.accumulateAndGet(Math.min(bytes, parts.limits().memoryMegabytes() * BYTES_PER_MEGABYTE), Math::max);
    }

    @Override
    public long memoryBytes() {
        return figure(group()::usedMemory, 0);
    }

    @Override
    public long cpuNanos() {
        return figure(group()::cpuNanos, -1);
    }

    /// A figure of the group.
    private interface Figure {
        long read() throws IOException;
    }

    private static long figure(Figure figure, long unknown) {
        try {
            return figure.read();
        } catch (IOException gone) {
            log.debug("A sandbox's group is gone", gone);
            return unknown;
        }
    }

    @Override
    public void share(long bytes) {
        group().share(bytes);
    }

    @Override
    public Optional<InsideSockets> takeSockets() {
        return sockets.getAndSet(Optional.empty());
    }

    @Override
    public SocketChannel socketInside() throws IOException {
        if (closing.get()) {
            throw new ConnectException("The sandbox " + name() + " has ended");
        }
        return PlatformThreads.callOnce("socket-inside", parts.tree()::socket);
    }

    @Override
    public void limitCpu() {
        if (!closing.get()) {
            step(
                    "The CPU time of {} is not limited",
                    () -> group().limitCpu(parts.limits().memoryMegabytes()));
        }
    }

    @Override
    public void initialised() {
        if (!closing.get()) {
            step("The sandbox {} weighs as little as in Init", group()::initialised);
        }
    }

    @Override
    public boolean freeze() {
        return unlessClosing(group()::freeze);
    }

    @Override
    public boolean thaw() {
        return unlessClosing(group()::thaw);
    }

    @Override
    public boolean terminate() {
        return unlessClosing(() -> {
            var runtime = parts.tree().runtime();
            if (runtime.isEmpty() || !ProcessTable.handles(runtime.get().pid(), SIGTERM)) {
                return false;
            }
            group().thaw();
            return ProcessTable.signal(runtime.get(), SIGTERM);
        });
    }

    /// Something that can be done while the sandbox is there; whether it was.
    private interface Change {
        boolean make() throws IOException;
    }

    private boolean unlessClosing(Change change) {
        if (closing.get()) {
            return false;
        }
        try {
            return change.make();
        } catch (IOException refused) {
            if (!closing.get()) {
                throw new IllegalStateException("The sandbox " + name() + " could not be changed", refused);
            }
            return false;
        }
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            try {
                all.closers().call(() -> {
                    end();
                    return closed;
                });
                all.removers().call(() -> {
                    step(parts.tree()::removeFiles);
                    return closed;
                });
            } catch (IOException | RuntimeException fault) {
                log.error("The sandbox {} was not ended", name(), fault);
            } finally {
                all.remove(this);
                closed.complete(true);
            }
        }
        closed.join();
    }

    private void end() {
        peakMemoryBytes();
        group().ends();
        step(this::killAll);
        ended();
        abandon();
        parts.tree().removal().forEach(this::step);
        takeSockets().ifPresent(left -> step(left::close));
    }

    /// Nobody waits any longer, not even for a process that the kernel does not let end.
    private void abandon() {
        ending.lock();
        try {
            if (how == null) {
                settle(KILLED);
            }
        } finally {
            ending.unlock();
        }
        ended();
    }

    private void step(Step step) {
        step("Something of the sandbox {} is left", step);
    }

    /// A step that fails must not keep the next from being taken.
    private void step(String otherwise, Step step) {
        try {
            step.take();
        } catch (IOException | RuntimeException fault) {
            log.error(otherwise, name(), fault);
        }
    }

    private void killAll() throws IOException {
        if (!parts.tree().kill(LONGEST_KILL)) {
            log.error("A process of the sandbox {} does not end although it was killed", name());
        }
    }

    private ResourceGroup group() {
        return parts.tree().group();
    }

    private String name() {
        return parts.name();
    }
}
