package dev.boda.http;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Room for the bodies of the requests of a listener, or of several, all of them together. A large body takes all of
/// its room before it is read, first come, first served; so no two wait for each other. Small bodies need
/// none: as many as there are requests fit anyway.
///
/// Whoever takes room and then dawdles is given up as soon as somebody else needs it.
public final class BodyMemory {

    /// Bodies up to this size are read without asking.
    static final int SMALL_BYTES = 64 * 1024;

    static final Patience PATIENCE = new Patience(Duration.ofSeconds(20), Duration.ofSeconds(5));

    private static final int MOST_WAITING = 256;

    /// Where room is short, a body must come at this pace on average, after a grace.
    private static final long SHORT_BYTES_PER_SECOND = 1024 * 1024;

    private static final long LOOK_NANOS = 500_000_000;

    /// What a body has.
    private record Share(long bytes, long sinceNanos) {}

    /// @param room  longest wait for room
    /// @param grace how long a body may come slower than the pace
    record Patience(Duration room, Duration grace) {}

    private final long totalBytes;
    private final Patience patience;
    // Guarded by this.
    private final Map<RequestBody, Share> shares = new HashMap<>();
    private final ArrayDeque<RequestBody> waiting = new ArrayDeque<>();
    private long takenBytes;

    BodyMemory(long totalBytes, Patience patience) {
        this.totalBytes = totalBytes;
        this.patience = patience;
    }

    /// For listeners that share it.
    public static BodyMemory of(long totalBytes) {
        return new BodyMemory(totalBytes, PATIENCE);
    }

    /// Waits for room, which the body has until it is [given back][#release(RequestBody)]; not longer than for a body
    /// that still comes.
    void acquire(RequestBody body, long bytes) throws NoRoomException, InterruptedIOException {
        long ends = System.nanoTime() + patience.room().toNanos();
        queue(body);
        try {
            while (!body.failed() && !takeSoon(body, bytes)) {
                if (System.nanoTime() - ends >= 0) {
                    throw new NoRoomException();
                }
                for (var slow : dawdlers(body)) {
                    slow.tooSlow();
                }
            }
        } finally {
            leave(body);
        }
    }

    private synchronized void queue(RequestBody body) throws NoRoomException {
        if (waiting.size() >= MOST_WAITING) {
            throw new NoRoomException();
        }
        waiting.add(body);
    }

    private synchronized void leave(RequestBody body) {
        waiting.remove(body);
        notifyAll();
    }

    private synchronized boolean takeSoon(RequestBody body, long bytes) throws InterruptedIOException {
        long ends = System.nanoTime() + LOOK_NANOS;
        while (!take(body, bytes)) {
            long left = ends - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Interrupted while waiting for room for a request's body");
            }
        }
        return true;
    }

    /// One that is larger than everything has its turn when it is alone.
    private boolean take(RequestBody body, long bytes) {
        boolean fits = takenBytes == 0 || takenBytes + bytes <= totalBytes;
        if (waiting.peek() != body || !fits) {
            return false;
        }
        takenBytes += bytes;
        shares.put(body, new Share(bytes, System.nanoTime()));
        return true;
    }

    private synchronized List<RequestBody> dawdlers(RequestBody body) {
        var slow = new ArrayList<RequestBody>();
        if (waiting.peek() == body) {
            long now = System.nanoTime();
            shares.forEach((holder, share) -> {
                long age = now - share.sinceNanos;
                long expected = age / 1_000_000 * SHORT_BYTES_PER_SECOND / 1_000;
                if (age > patience.grace().toNanos() && !holder.ended() && holder.receivedBytes() < expected) {
                    slow.add(holder);
                }
            });
        }
        return slow;
    }

    synchronized void release(RequestBody body) {
        var share = shares.remove(body);
        if (share != null) {
            takenBytes -= share.bytes;
            notifyAll();
        }
    }
}
