package dev.boda.telemetry;

import dev.boda.store.LogArchive;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// When the archive gives back space: a second after something was written or changed, step by step as long as there
/// is something to do, and every minute for what expires. The log writer's own, but for the number of bytes.
final class SweepTimes {

    private static final long STEP_MILLIS = 10;
    private static final long BUSY_MILLIS = 1_000;
    private static final long IDLE_MILLIS = 60_000;
    private static final Logger LOG = LoggerFactory.getLogger(SweepTimes.class);

    private final LogArchive archive;
    private final InstantSource clock;
    private long dueNanos;
    private long sweptNanos;
    private boolean failing;
    private volatile long storedBytes;

    SweepTimes(LogArchive archive, InstantSource clock) {
        this.archive = archive;
        this.clock = clock;
        this.sweptNanos = System.nanoTime();
        this.dueNanos = sweptNanos;
    }

    /// Something was written: the next sweep is a second after the last.
    void written() {
        sooner(BUSY_MILLIS);
    }

    private void sooner(long millis) {
        long due = sweptNanos + TimeUnit.MILLISECONDS.toNanos(millis);
        dueNanos = due - dueNanos < 0 ? due : dueNanos;
    }

    boolean isDue() {
        return dueNanos - System.nanoTime() <= 0;
    }

    /// How long the writer may wait, at least 1.
    long idleMillis() {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(dueNanos - System.nanoTime()) + 1);
    }

    /// @param changed whether groups or streams may have been removed
    void sweepIfDue(boolean changed) {
        if (changed) {
            sooner(STEP_MILLIS);
        }
        if (!isDue()) {
            return;
        }
        boolean more = false;
        try {
            more = archive.sweep(clock.millis());
            storedBytes = archive.bytes();
            failing = false;
        } catch (IOException | RuntimeException | Error e) {
            if (!failing) {
                LOG.warn("The space of old logs cannot be given back now; it is tried again", e);
            }
            failing = true;
        }
        sweptNanos = System.nanoTime();
        dueNanos = sweptNanos + TimeUnit.MILLISECONDS.toNanos(more ? STEP_MILLIS : IDLE_MILLIS);
    }

    long storedBytes() {
        return storedBytes;
    }
}
