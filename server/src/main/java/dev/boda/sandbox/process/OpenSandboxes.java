package dev.boda.sandbox.process;

import dev.boda.os.EventLoop;
import dev.boda.os.OsException;
import dev.boda.os.PlatformThreads;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/// The sandboxes of one provider that are open, and what they share: the threads that start and close them, the loops
/// that notice their ends and read their output, and buffers.
public final class OpenSandboxes implements AutoCloseable {

    private static final int MOST_STARTS_AT_ONCE = 8;
    private static final int MOST_CLOSES_AT_ONCE = 8;
    static final int MOST_REMOVALS_AT_ONCE = 8;

    private final EventLoop loop;
    private final EventLoop outputs;
    private final PlatformThreads starters = PlatformThreads.start("sandbox-start", MOST_STARTS_AT_ONCE);
    private final PlatformThreads closers = PlatformThreads.start("sandbox-close", MOST_CLOSES_AT_ONCE);

    /// Threads of their own: the kernel may have to write what a function wrote to the machine's disk first, which
    /// takes seconds, and nobody else's end waits for that.
    private final PlatformThreads removers = PlatformThreads.start("sandbox-files", MOST_REMOVALS_AT_ONCE);

    /// In the reading of output, where it comes faster than it can be kept.
    private final ScheduledThreadPoolExecutor pauses = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("sandbox-pauses").daemon(true).factory());

    private final ReadBuffers buffers = new ReadBuffers();
    private final Set<ProcessSandbox> open = ConcurrentHashMap.newKeySet();

    private OpenSandboxes(EventLoop loop, EventLoop outputs) {
        this.loop = loop;
        this.outputs = outputs;
    }

    public static OpenSandboxes start() throws OsException {
        return new OpenSandboxes(EventLoop.start("sandbox-events"), EventLoop.start("sandbox-output"));
    }

    public EventLoop loop() {
        return loop;
    }

    /// Reads what processes write: however much that is, ends are noticed meanwhile.
    EventLoop outputs() {
        return outputs;
    }

    public ReadBuffers buffers() {
        return buffers;
    }

    ScheduledExecutorService pauses() {
        return pauses;
    }

    PlatformThreads closers() {
        return closers;
    }

    PlatformThreads removers() {
        return removers;
    }

    /// Runs `start` on a thread for that, and waits for it, unless the caller is interrupted already.
    public ProcessSandbox start(PlatformThreads.Task<ProcessSandbox> start) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return starters.call(start);
    }

    /// The sandbox of what was just started, which is its own from now on: when this throws, nothing is left of it.
    public ProcessSandbox add(ProcessSandbox.Parts parts) throws IOException {
        var sandbox = new ProcessSandbox(parts, this);
        open.add(sandbox);
        try {
            sandbox.start();
            return sandbox;
        } catch (IOException | RuntimeException | Error refused) {
            sandbox.close();
            throw refused;
        }
    }

    void remove(ProcessSandbox closed) {
        open.remove(closed);
    }

    /// Starts no more, closes every sandbox that is still open, then what they shared.
    @Override
    public void close() throws IOException {
        starters.close();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            open.forEach(sandbox -> threads.execute(sandbox::close));
        }
        Steps.takeAll(List.of(closers::close, removers::close, pauses::shutdownNow, outputs::close, loop::close));
    }
}
