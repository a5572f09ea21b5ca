package dev.boda.telemetry;

import dev.boda.store.LogArchive;
import dev.boda.store.LogEvent;
import dev.boda.store.LogGroup;
import dev.boda.store.LogGroupQuery;
import dev.boda.store.LogQuery;
import dev.boda.store.LogStream;
import dev.boda.store.LogStreamName;
import dev.boda.store.LogStreamQuery;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All log events of this server. Appending puts an event into memory; one platform thread writes what has gathered
/// within 200 ms to the [LogArchive]. Reading first has written what was appended before it, so that an event can be
/// found as soon as it is appended.
///
/// Logs of a deleted function stay, as on AWS.
public final class LogStore implements LogSink, AutoCloseable {

    /// How long events gather before they are written.
    static final long GATHER_MILLIS = 100;

    /// How long the writer waits after a failed write.
    static final long RETRY_MILLIS = 1_000;

    /// Longest time a reader waits for what was appended before it. It then finds what is written.
    static final long READ_WAIT_MILLIS = 2_000;

    private static final int READERS = 2;
    private static final Logger LOG = LoggerFactory.getLogger(LogStore.class);

    private final LogArchive archive;
    private final LogBuffer buffer;
    private final ExecutorService readers;
    private final Thread writer;
    /// Taken from the buffer and not written yet. The writer's own.
    private final Map<LogStreamName, List<LogEvent>> taken = new LinkedHashMap<>();
    private final Object turn = new Object();
    private volatile boolean waiting;
    // Guarded by turn.
    private long asked;
    // Guarded by turn.
    private long done;
    // Guarded by turn.
    private boolean closed;
    /// Whether the last write failed. The writer's own.
    private boolean failing;

    private LogStore(LogArchive archive, long bufferBytes) {
        this.archive = archive;
        this.buffer = new LogBuffer(bufferBytes);
        this.readers = Executors.newFixedThreadPool(
                READERS, Thread.ofPlatform().name("log-reader-", 0).daemon().factory());
        this.writer = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::writeUntilClosed);
    }

    /// Opens the logs kept in `folder`.
    ///
    /// @throws dev.boda.store.StoreCannotOpenException with what to do
    public static LogStore open(Path folder) {
        return open(LogArchive.open(folder), LogBuffer.LIMIT_BYTES);
    }

    static LogStore open(LogArchive archive, long bufferBytes) {
        var store = new LogStore(archive, bufferBytes);
        store.writer.start();
        return store;
    }

    @Override
    public void append(LogStreamName stream, LogEvent event) {
        buffer.append(stream, event);
        if (!waiting) {
            synchronized (turn) {
                waiting = true;
                turn.notifyAll();
            }
        }
    }

    /// Groups, in the order of their names.
    public List<LogGroup> groups(LogGroupQuery query) {
        return read(() -> archive.groups(query));
    }

    public Optional<LogGroup> findGroup(String account, String region, String name) {
        return read(() -> archive.findGroup(account, region, name));
    }

    public List<LogStream> streams(LogStreamQuery query) {
        return read(() -> archive.streams(query));
    }

    public Optional<LogStream> findStream(LogGroup group, String name) {
        return read(() -> archive.findStream(group, name));
    }

    /// The first events of `query` that `wanted` accepts, as many as a page may hold.
    ///
    /// @param limit most events
    public LogPage page(LogQuery query, Predicate<LogEvent> wanted, int limit) {
        return read(() -> LogPage.of(archive.read(query), wanted, limit));
    }

    private <T extends @Nullable Object> T read(Callable<T> action) {
        awaitWritten();
        try {
            return readers.submit(action).get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new StoreUnavailableException("The log segments cannot be read.", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("The reading of logs was interrupted.", e);
        }
    }

    /// Waits until what was appended before is written, or the writer has tried.
    private void awaitWritten() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READ_WAIT_MILLIS);
        synchronized (turn) {
            long mine = ++asked;
            turn.notifyAll();
            while (done < mine && !closed) {
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
            synchronized (turn) {
                awaitWork();
                last = closed;
                upTo = asked;
                waiting = false;
            }
            write();
            synchronized (turn) {
                done = upTo;
                turn.notifyAll();
            }
        }
    }

    /// Returns when events have gathered, or a reader asks, or the store closes.
    private void awaitWork() {
        boolean idle = true;
        while (idle && !closed && asked == done) {
            boolean gathering = waiting || failing;
            idle = waited(gathering ? (failing ? RETRY_MILLIS : GATHER_MILLIS) : 0) && !gathering;
        }
    }

    private void write() {
        buffer.takeInto(taken);
        if (taken.isEmpty()) {
            return;
        }
        try {
            archive.write(taken);
            buffer.written(taken);
            taken.clear();
            failing = false;
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                LOG.error("Logs cannot be written now; they are kept in memory as far as they fit", e);
            }
            failing = true;
        }
    }

    /// Writes what was appended, and closes the archive.
    @Override
    public void close() {
        synchronized (turn) {
            closed = true;
            turn.notifyAll();
        }
        readers.shutdown();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        archive.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
