package dev.boda.os;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A bounded number of platform threads for what blocks in the kernel. The caller, usually a virtual thread, waits
/// without holding its carrier; so there are never more tasks than callers.
public final class PlatformThreads implements AutoCloseable {

    private static final int IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    private PlatformThreads(ThreadPoolExecutor threads) {
        this.threads = threads;
    }

    /// Threads of this name, at most so many, made when they are needed.
    public static PlatformThreads start(String name, int most) {
        var threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name + "-", 0).daemon(true).factory());
        threads.allowCoreThreadTimeOut(true);
        return new PlatformThreads(threads);
    }

    /// What blocks.
    public interface Task<T> {
        T run() throws IOException;
    }

    /// Runs `task` on one of the threads and waits for it, whether or not the caller is interrupted.
    public <T> T call(Task<T> task) throws IOException {
        var result = new CompletableFuture<T>();
        threads.execute(() -> complete(result, task));
        return await(result);
    }

    /// Runs `task` on a thread of its own that ends with it: for tasks that change what a thread is, such as its
    /// mount namespace. Blocks the calling platform thread.
    public static <T> T callOnce(String name, Task<T> task) throws IOException {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().name(name).daemon(true).start(() -> complete(result, task));
        return await(result);
    }

    private static <T> void complete(CompletableFuture<T> result, Task<T> task) {
        try {
            result.complete(task.run());
        } catch (IOException | RuntimeException | Error fault) {
            result.completeExceptionally(fault);
        }
    }

    private static <T> T await(CompletableFuture<T> result) throws IOException {
        try {
            return result.join();
        } catch (CompletionException failed) {
            switch (failed.getCause()) {
                case IOException refused -> throw refused;
                case RuntimeException fault -> throw fault;
                case Error fault -> throw fault;
                case null, default -> throw failed;
            }
        }
    }

    /// Takes no more tasks, and waits for those it has.
    @Override
    public void close() {
        threads.close();
    }
}
