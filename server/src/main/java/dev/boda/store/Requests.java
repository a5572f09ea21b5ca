package dev.boda.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What waits for a thread of the database: bounded; a full one makes callers wait.
final class Requests {

    /// Work and where its outcome goes.
    record Request<T extends @Nullable Object>(Work<T> work, CompletableFuture<T> outcome) {}

    private final int capacity;
    // Guarded by this.
    private final ArrayDeque<Request<?>> waiting = new ArrayDeque<>();
    // Guarded by this.
    private boolean closed;

    Requests(int capacity) {
        this.capacity = capacity;
    }

    /// Adds it, waiting for room; declined once closed. An interrupt does not end the waiting, and is kept.
    synchronized boolean offer(Request<?> request) {
        boolean interrupted = false;
        while (!closed && waiting.size() >= capacity) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (closed) {
            return false;
        }
        waiting.add(request);
        notifyAll();
        return true;
    }

    /// Waits for the next ones and takes at most `most`; none when closed and empty.
    synchronized List<Request<?>> take(int most) {
        while (!closed && waiting.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                closed = true;
            }
        }
        var taken = new ArrayList<Request<?>>(Math.min(most, waiting.size()));
        while (taken.size() < most && !waiting.isEmpty()) {
            taken.add(waiting.remove());
        }
        notifyAll();
        return taken;
    }

    synchronized int size() {
        return waiting.size();
    }

    /// Declines further requests; those that wait are still taken.
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
