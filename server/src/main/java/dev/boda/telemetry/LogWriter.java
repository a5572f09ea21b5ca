package dev.boda.telemetry;

import dev.boda.store.LogArchive;
import dev.boda.store.LogBatch;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that changes the [LogArchive]: it writes what has gathered in the buffer, does what is asked of it in
/// the order in which it is asked, and gives back space between.
final class LogWriter {

    /// How long events gather before they are written.
    static final long GATHER_MILLIS = 100;

    /// How long the writer waits after a failed write.
    static final long RETRY_MILLIS = 1_000;

    /// Longest time a reader waits for what was appended before it. It then finds what is written.
    static final long READ_WAIT_MILLIS = 2_000;

    /// Longest time that whoever asks for a change waits for it.
    static final long CHANGE_WAIT_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

    private final LogArchive archive;
    private final LogBuffer buffer;
    private final SweepTimes sweeps;
    private final Thread thread;
    private final Object turn = new Object();
    private volatile boolean waiting;
    private volatile long waitingSince;
    // Guarded by turn.
    private List<LogRequest<?>> requests = new ArrayList<>();
    // Guarded by turn.
    private long asked;
    // Guarded by turn.
    private long done;
    // Guarded by turn.
    private boolean closed;
    /// Taken from the buffer and not written yet. The writer's own, as is the time of the oldest of them.
    private final List<LogBatch> taken = new ArrayList<>();

    private volatile long takenSince;
    private volatile boolean beingTaken;
    private volatile boolean failing;
    private final LongAdder written = new LongAdder();
    private volatile long longestNanos;

    LogWriter(LogArchive archive, LogBuffer buffer, InstantSource clock) {
        this.archive = archive;
        this.buffer = buffer;
        this.sweeps = new SweepTimes(archive, clock);
        this.thread = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::writeUntilClosed);
    }

    void start() {
        thread.start();
    }

    /// There is something in the buffer. Cheap, because it is said of every event.
    void wake() {
        if (!waiting) {
            synchronized (turn) {
                if (!waiting) {
                    waitingSince = System.nanoTime();
                    waiting = true;
                    turn.notifyAll();
                }
            }
        }
    }

    /// Changes the archive after what was appended before is written. Throws what the change throws.
    ///
    /// @throws StoreUnavailableException if it cannot be written, or takes too long
    <T extends @Nullable Object> T change(Callable<T> change) {
        return await(new LogRequest<>(List::of, change, new CompletableFuture<>()));
    }

    /// Writes batches, all or none; they are on disk when it returns.
    ///
    /// @param condition asked on the writer's thread, just before
    /// @return whether it held; nothing is written otherwise
    boolean putIf(BooleanSupplier condition, List<LogBatch> batches) {
        var held = new AtomicBoolean();
        return await(new LogRequest<>(
                () -> {
                    held.set(condition.getAsBoolean());
                    return held.get() ? batches : List.of();
                },
                held::get,
                new CompletableFuture<>()));
    }

    private <T extends @Nullable Object> T await(LogRequest<T> request) {
        synchronized (turn) {
            if (closed) {
                throw new StoreUnavailableException("The logs are closed.");
            }
            requests.add(request);
            turn.notifyAll();
        }
        try {
            return request.outcome().get(CHANGE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case IOException cause -> throw StoreUnavailableException.writing(archive.folder(), cause);
                case null, default ->
                    throw new StoreUnavailableException(
                            "The logs cannot be written, by a fault of the server: " + e.getCause()
                                    + ". Its own log says more.",
                            e);
            }
        } catch (TimeoutException e) {
            throw StoreUnavailableException.hanging(
                    archive.folder(), TimeUnit.MILLISECONDS.toSeconds(CHANGE_WAIT_MILLIS), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("The writing of logs was interrupted.", e);
        }
    }

    /// Waits until what was appended before is written, or the writer has tried.
    void awaitWritten() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READ_WAIT_MILLIS);
        synchronized (turn) {
            long mine = ++asked;
            turn.notifyAll();
            BooleanSupplier over = () -> done >= mine || closed;
            while (!over.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !waited(left)) {
                    return;
                }
            }
        }
    }

    /// Waits once; callers loop. False when interrupted, which is kept.
    @SuppressWarnings("WaitNotInLoop")
    private boolean waited(long millis) {
        try {
            turn.wait(millis);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void writeUntilClosed() {
        boolean last = false;
        while (!last) {
            long upTo;
            List<LogRequest<?>> due;
            synchronized (turn) {
                awaitWork();
                last = closed;
                upTo = asked;
                due = requests;
                requests = new ArrayList<>();
                takenSince = taken.isEmpty() ? (waiting ? waitingSince : System.nanoTime()) : takenSince;
                waiting = false;
                beingTaken = true;
            }
            try {
                write(due);
                due.stream().filter(request -> !request.outcome().isDone()).forEach(LogRequest::run);
                sweeps.sweepIfDue(!due.isEmpty());
            } catch (RuntimeException | Error e) {
                // Memory is exhausted, most likely. Whatever it is, the next turn tries again, a second later.
                fail(e);
                due.forEach(request -> request.outcome().completeExceptionally(e));
            }
            synchronized (turn) {
                done = upTo;
                turn.notifyAll();
            }
        }
    }

    /// Returns when events have gathered, or somebody asks, or the store closes, or space is to be given back.
    private void awaitWork() {
        boolean idle = true;
        while (idle && !closed && asked == done && requests.isEmpty()) {
            boolean gathering = waiting || failing;
            long millis = gathering ? (failing ? RETRY_MILLIS : GATHER_MILLIS) : sweeps.idleMillis();
            idle = waited(millis) && !gathering && !sweeps.isDue();
        }
    }

    /// While the disk does not take what was taken from the buffer, no more is: so the buffer's limit holds, and what
    /// is dropped stays one number a stream.
    private void write(List<LogRequest<?>> due) {
        boolean again = !taken.isEmpty();
        if (!again) {
            buffer.takeInto(taken);
        }
        writeTaken(due);
        if (again && taken.isEmpty()) {
            buffer.takeInto(taken);
            writeTaken(List.of());
        }
    }

    private void writeTaken(List<LogRequest<?>> due) {
        List<LogBatch> batches = new ArrayList<>(taken);
        List<LogRequest<?>> putting = new ArrayList<>();
        for (LogRequest<?> request : due) {
            List<LogBatch> wanted = request.wanted();
            if (!wanted.isEmpty()) {
                putting.add(request);
                batches.addAll(wanted);
            }
        }
        if (batches.isEmpty()) {
            beingTaken = false;
            failing = false;
            return;
        }
        try {
            archive.write(batches);
            batches.forEach(batch -> written.add(batch.events()));
            if (!taken.isEmpty()) {
                longestNanos = Math.max(longestNanos, System.nanoTime() - takenSince);
            }
            buffer.written(taken);
            taken.clear();
            beingTaken = false;
            failing = false;
            sweeps.written();
        } catch (IOException | RuntimeException | Error e) {
            putting.forEach(request -> request.outcome().completeExceptionally(e));
            if (!taken.isEmpty()) {
                fail(e);
            }
        }
    }

    private void fail(Throwable failure) {
        boolean said = failing;
        failing = true;
        if (!said) {
            sayFailing(failure);
        }
    }

    /// The disk's fault is a line; our own, its stack.
    private void sayFailing(Throwable failure) {
        var sentence = "Logs cannot be written now; they are kept in memory as far as they fit";
        switch (failure) {
            case IOException disk ->
                LOG.error(
                        "{}: {}",
                        sentence,
                        StoreUnavailableException.writing(archive.folder(), disk)
                                .getMessage());
            case StoreUnavailableException disk -> LOG.error("{}: {}", sentence, disk.getMessage());
            default -> LOG.error(sentence, failure);
        }
    }

    /// How the events get to disk.
    LogFlow flow() {
        long queued = buffer.queuedEvents();
        long now = System.nanoTime();
        // What was queued a moment ago has not said so yet.
        long since = beingTaken ? takenSince : waiting ? waitingSince : now;
        return new LogFlow(
                written.sum(),
                buffer.dropped(),
                queued,
                buffer.queuedBytes(),
                queued == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(now - since),
                TimeUnit.NANOSECONDS.toMillis(longestNanos),
                sweeps.storedBytes(),
                failing);
    }

    /// Writes what was appended and asked for, and ends.
    void close() {
        synchronized (turn) {
            closed = true;
            turn.notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
