package dev.boda.telemetry;

import dev.boda.store.LogBatch;
import dev.boda.store.LogStreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Events that are not written yet, by stream, encoded as they will be on disk. Bounded: a full buffer holds whoever
/// appends for a short while, which the function's writes feel; if the disk still does not follow, events are dropped,
/// counted, and the number is said in their stream where they are missing.
///
/// Streams do not wait for each other: each has its own place in a concurrent map.
final class LogBuffer {

    /// Most bytes that wait to be written; about as many are held in memory beside them.
    static final long LIMIT_BYTES = 64L << 20;

    /// Longest time an append waits for room. Once it was in vain, the next ones do not wait until there is room.
    static final long HOLD_MILLIS = 250;

    /// Of one stream: fewer are no flood.
    private static final long FLOOD_BYTES = 4L << 20;

    private final long limitBytes;
    private final ConcurrentHashMap<LogStreamName, Pending> pending = new ConcurrentHashMap<>();
    /// How much of what was taken is each stream's; changed by whoever takes only.
    private final ConcurrentHashMap<LogStreamName, Long> beingWritten = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong queuedEvents = new AtomicLong();
    private final LongAdder allDropped = new LongAdder();
    private final Object room = new Object();
    private volatile boolean stuck;

    LogBuffer(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /// One stream's events, and what is missing behind them. Touched only within an atomic step of the map.
    private final class Pending {
        private final LogStreamName stream;
        private final List<LogBatch> batches = new ArrayList<>(1);
        private final AtomicLong room = new AtomicLong();
        private long dropped;
        private long droppedMillis;

        private Pending(LogStreamName stream) {
            this.stream = stream;
        }

        /// Adds an event; says by how much memory that grew.
        private long add(long millis, byte[] message) {
            queuedEvents.incrementAndGet();
            LogBatch last = batches.isEmpty() ? null : batches.getLast();
            int before = last == null ? 0 : last.room();
            if (last != null && last.add(millis, millis, message)) {
                return (long) last.room() - before;
            }
            var next = new LogBatch(stream);
            next.add(millis, millis, message);
            batches.add(next);
            return next.room();
        }

        /// Says what is missing before what comes next.
        private long sayDropped() {
            if (dropped == 0) {
                return 0;
            }
            String text = "[boda] " + dropped
                    + " log events are missing here: they came faster than they could be written to disk\n";
            dropped = 0;
            return add(droppedMillis, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    void append(LogStreamName stream, long millis, byte[] message) {
        boolean fits = bytes.get() < limitBytes || roomComes();
        pending.compute(stream, (_, begun) -> {
            Pending events = begun == null ? new Pending(stream) : begun;
            if (fits) {
                long grown = events.sayDropped() + events.add(millis, message);
                events.room.addAndGet(grown);
                bytes.addAndGet(grown);
            } else {
                events.dropped++;
                events.droppedMillis = millis;
                allDropped.increment();
            }
            return events;
        });
    }

    private boolean roomComes() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HOLD_MILLIS);
        synchronized (room) {
            while (!stuck && bytes.get() >= limitBytes) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !waitedForRoom(left)) {
                    stuck = true;
                }
            }
            return bytes.get() < limitBytes;
        }
    }

    /// Waits once; callers loop. False when interrupted, which is kept.
    @SuppressWarnings("WaitNotInLoop")
    private boolean waitedForRoom(long millis) {
        try {
            room.wait(millis);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Moves all that waits behind what `taken` holds already.
    void takeInto(List<LogBatch> taken) {
        for (LogStreamName stream : pending.keySet()) {
            Pending events = pending.remove(stream);
            if (events != null) {
                bytes.addAndGet(events.sayDropped());
                taken.addAll(events.batches);
                beingWritten.merge(stream, events.room.get(), Long::sum);
            }
        }
    }

    /// What was taken is written: there is room again.
    void written(List<LogBatch> taken) {
        long freed = 0;
        for (LogBatch batch : taken) {
            freed += batch.room();
            queuedEvents.addAndGet(-batch.events());
        }
        beingWritten.clear();
        synchronized (room) {
            bytes.addAndGet(-freed);
            stuck = false;
            room.notifyAll();
        }
    }

    long queuedEvents() {
        return queuedEvents.get();
    }

    long queuedBytes() {
        return bytes.get();
    }

    /// How long whoever reads what a function writes had better wait with more, once half of the room is taken:
    /// the longer the more there is. So the disk sets the pace of a flood before there is no room, and what others
    /// append finds some; they wait only where that becomes little. Nobody does while the disk takes nothing: what
    /// they write is dropped.
    ///
    /// Not earlier, for Node.js writes to a pipe that is full when the pipe is not: what a burst leaves behind in
    /// the process stands still with it.
    long pauseMillis(LogStreamName stream) {
        long over = bytes.get() - limitBytes / 2;
        if (stuck || over < 0) {
            return 0;
        }
        var events = pending.get(stream);
        long own = beingWritten.getOrDefault(stream, 0L) + (events == null ? 0 : events.room.get());
        return own >= FLOOD_BYTES || over >= limitBytes / 4 ? 1 + (over >> 20) : 0;
    }

    long dropped() {
        return allDropped.sum();
    }
}
