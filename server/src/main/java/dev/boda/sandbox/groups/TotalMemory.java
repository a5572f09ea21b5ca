package dev.boda.sandbox.groups;

import dev.boda.os.EventLoop;
import dev.boda.os.OsException;
import dev.boda.sandbox.SharedMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The limit of the group that all sandboxes are in, and who ends when they reach it together.
///
/// At the limit the kernel ends the process that uses most. So that it is not left to that, room is made before, from
/// [#limitBytes()] on, while everybody still runs. In version 2 `memory.high` also slows down whoever wants more from
/// there on. If the kernel has to kill all the same the victim's sandbox ends as a whole: in version 2 the kernel does
/// that, in version 1 this does.
final class TotalMemory implements SharedMemory, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TotalMemory.class);

    /// Between where room is made and where the kernel kills: a 32nd of the limit, and enough for what a few processes
    /// take while something is ending, if that is not more than an eighth.
    private static final int MARGIN = 32;

    private static final int LARGEST_MARGIN = 8;
    private static final long ENOUGH_MARGIN = 128L * 1_048_576;

    /// Near where room is made it is not enough to be told. The kernel does not tell when files that can be dropped
    /// become less. And version 1 tells once that the use has passed: by the time that somebody looks it may be a
    /// little below again, and pass once more before the kernel has noticed.
    private static final long LOOK_AGAIN_MILLIS = 250;

    /// What was ended is gone after some milliseconds; after this long it is taken to be of no use.
    private static final Duration LONGEST_RELIEF = Duration.ofMillis(500);

    /// Until what was said to end begins to.
    private static final Duration LONGEST_DELAY = Duration.ofMillis(50);

    /// So long is asked for room, also if some is always made; then a sandbox ends.
    private static final Duration LONGEST_SCARCITY = Duration.ofSeconds(2);

    private static final long CHECK_NANOS = 2_000_000;
    private static final long BYTES_PER_MEGABYTE = 1_048_576;

    private final Seat seat;
    private final long scarceBytes;
    private final long nearBytes;
    private final OpenGroups open;
    private final Semaphore rung = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().name("sandbox-memory").daemon(true).unstarted(this::watch);
    private volatile @Nullable BooleanSupplier relieve;
    private volatile @Nullable MemoryAlarm alarm;
    private volatile boolean closed;

    private TotalMemory(Seat seat, long bytes, OpenGroups open) {
        this.seat = seat;
        this.scarceBytes = bytes - margin(bytes);
        this.nearBytes = scarceBytes - margin(bytes);
        this.open = open;
    }

    /// From now on the groups below this one have no more than `bytes` together.
    static TotalMemory limit(Seat seat, long bytes, OpenGroups open) throws IOException {
        var memory = new TotalMemory(seat, bytes, open);
        seat.version().limitTotal(seat.group(), bytes, memory.scarceBytes);
        return memory;
    }

    private static long margin(long bytes) {
        return Math.max(bytes / MARGIN, Math.min(ENOUGH_MARGIN, bytes / LARGEST_MARGIN));
    }

    /// From now on room is made.
    void start(EventLoop loop) throws OsException {
        alarm = seat.version().alarm(seat.group(), scarceBytes, loop, rung::release);
        thread.start();
    }

    @Override
    public long limitBytes() {
        return scarceBytes;
    }

    @Override
    public long usedBytes() {
        try {
            return seat.version().usedMemory(seat.group());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void whenScarce(BooleanSupplier relief) {
        if (relieve != null) {
            throw new IllegalStateException("Who makes room is known already");
        }
        relieve = relief;
    }

    private void watch() {
        try {
            boolean near = true;
            boolean rang = true;
            while (!closed) {
                boolean ringsNow = awaitRing(near);
                near = look(rang || ringsNow);
                rang = ringsNow;
            }
        } catch (InterruptedException ended) {
            log.debug("The memory of the sandboxes is no longer watched", ended);
        }
    }

    private boolean awaitRing(boolean near) throws InterruptedException {
        boolean rings = near && rung.tryAcquire(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        if (!near) {
            rung.acquire();
        }
        rung.drainPermits();
        return rings || !near;
    }

    /// Makes room if there is none; whether so little is left that it must be looked again.
    ///
    /// @param rang whether the kernel may have killed
    private boolean look(boolean rang) {
        try {
            if (isScarce()) {
                makeRoom();
            }
            if (rang) {
                open.endKilled();
            }
            return seat.version().chargedMemory(seat.group()) > nearBytes;
        } catch (IOException | RuntimeException fault) {
            if (!closed) {
                log.error("Whether memory is scarce is not known", fault);
            }
            return true;
        }
    }

    private boolean isScarce() throws IOException {
        return seat.version().usedMemory(seat.group()) > scarceBytes;
    }

    private void makeRoom() throws IOException {
        long began = System.nanoTime();
        boolean more = true;
        while (!closed && isScarce()) {
            more = more && System.nanoTime() - began < LONGEST_SCARCITY.toNanos() && isRelieved();
            if (!more) {
                endOne();
            }
            awaitRoom();
        }
    }

    private boolean isRelieved() {
        var relief = relieve;
        try {
            return relief != null && relief.getAsBoolean();
        } catch (RuntimeException fault) {
            log.error("Who was to make room failed", fault);
            return false;
        }
    }

    private void endOne() throws IOException {
        var furthest = open.furthestOver();
        if (furthest.isEmpty()) {
            log.error("All sandboxes together have no memory left, and none can be ended");
            return;
        }
        var victim = furthest.get();
        log.warn(
                "All sandboxes together have used their {} MB: ended {}, which was furthest over its share, with {} MB"
                        + " of {}",
                scarceBytes / BYTES_PER_MEGABYTE,
                victim.group(),
                victim.usedBytes() / BYTES_PER_MEGABYTE,
                victim.group().shareBytes() / BYTES_PER_MEGABYTE);
        victim.group().endForOthers(victim.usedBytes());
    }

    /// Waits for what is ending: meanwhile what it gives back may be used up again, and nobody else must end for that.
    private void awaitRoom() throws IOException {
        long began = System.nanoTime();
        boolean seen = false;
        while (!closed && System.nanoTime() - began < LONGEST_RELIEF.toNanos()) {
            boolean ends = open.someoneEnds();
            seen |= ends;
            boolean comes = !seen && System.nanoTime() - began < LONGEST_DELAY.toNanos() && isScarce();
            if (!ends && !comes) {
                return;
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        var ringing = alarm;
        if (ringing != null) {
            ringing.close();
            thread.interrupt();
        }
    }
}
