package dev.boda.telemetry;

import dev.boda.store.LogEvent;
import dev.boda.store.LogStreamName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Events that are not written yet, by stream. Bounded: a full buffer holds whoever appends for a short while, which
/// the function's writes feel; if the disk still does not follow, events are dropped, counted, and the number is said
/// in their stream where they are missing.
///
/// Streams do not wait for each other: each has its own place in a concurrent map.
final class LogBuffer {

    /// Most bytes that wait to be written; about as many are held in memory beside them.
    static final long LIMIT_BYTES = 64L << 20;

    /// Longest time an append waits for room. Once it was in vain, the next ones do not wait until there is room.
    static final long HOLD_MILLIS = 250;

    /// What an event costs beside its message.
    private static final long EVENT_BYTES = 64;

    private final long limitBytes;
    private final ConcurrentHashMap<LogStreamName, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Object room = new Object();
    private volatile boolean stuck;

    LogBuffer(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /// One stream's events. Touched only within an atomic step of the map.
    private static final class Pending {
        private final List<LogEvent> events = new ArrayList<>();
        private long dropped;
        private long droppedMillis;

        /// Says what is missing before what comes next.
        private long sayDropped() {
            if (dropped == 0) {
                return 0;
            }
            var said = new LogEvent(
                    droppedMillis,
                    droppedMillis,
                    "[boda] " + dropped + " log events are missing here: they came faster than they could be written"
                            + " to disk\n");
            events.add(said);
            dropped = 0;
            return cost(said);
        }
    }

    void append(LogStreamName stream, LogEvent event) {
        boolean fits = bytes.get() < limitBytes || roomComes();
        pending.compute(stream, (_, begun) -> {
            Pending events = begun == null ? new Pending() : begun;
            if (fits) {
                bytes.addAndGet(events.sayDropped() + cost(event));
                events.events.add(event);
            } else {
                events.dropped++;
                events.droppedMillis = event.timestampMillis();
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
    void takeInto(Map<LogStreamName, List<LogEvent>> taken) {
        for (LogStreamName stream : pending.keySet()) {
            Pending events = pending.remove(stream);
            if (events != null) {
                bytes.addAndGet(events.sayDropped());
                taken.computeIfAbsent(stream, _ -> new ArrayList<>()).addAll(events.events);
            }
        }
    }

    /// What was taken is written: there is room again.
    void written(Map<LogStreamName, List<LogEvent>> taken) {
        long freed = 0;
        for (List<LogEvent> events : taken.values()) {
            for (LogEvent event : events) {
                freed += cost(event);
            }
        }
        synchronized (room) {
            bytes.addAndGet(-freed);
            stuck = false;
            room.notifyAll();
        }
    }

    private static long cost(LogEvent event) {
        return EVENT_BYTES + event.message().length();
    }
}
