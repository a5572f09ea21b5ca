package dev.boda.telemetry;

import dev.boda.store.DatabaseFlow;
import dev.boda.store.LogArchive;
import dev.boda.store.LogBatch;
import dev.boda.store.LogCatalog;
import dev.boda.store.LogEvent;
import dev.boda.store.LogGroup;
import dev.boda.store.LogGroupQuery;
import dev.boda.store.LogPosition;
import dev.boda.store.LogQuery;
import dev.boda.store.LogReader;
import dev.boda.store.LogStream;
import dev.boda.store.LogStreamName;
import dev.boda.store.LogStreamQuery;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// All log events of this server. Appending puts an event into memory; one platform thread writes what has gathered
/// within 200 ms to the [LogArchive]. Reading first has written what was appended before it, so that an event can be
/// found as soon as it is appended.
///
/// Logs of a deleted function stay, as on AWS.
public final class LogStore implements LogSink, AutoCloseable {

    private static final int READERS = 2;

    private final LogArchive archive;
    private final InstantSource clock;
    private final LogBuffer buffer;
    private final ExecutorService readers;
    private final LogWriter writer;

    private LogStore(LogArchive archive, long bufferBytes, InstantSource clock) {
        this.archive = archive;
        this.clock = clock;
        this.buffer = new LogBuffer(bufferBytes);
        this.readers = Executors.newFixedThreadPool(
                READERS, Thread.ofPlatform().name("log-reader-", 0).daemon().factory());
        this.writer = new LogWriter(archive, buffer, clock);
    }

    /// Opens the logs kept in `folder`.
    ///
    /// @throws dev.boda.store.StoreCannotOpenException with what to do
    public static LogStore open(Path folder, LogLimits limits, InstantSource clock) {
        return open(LogArchive.open(folder, limits.storedBytes()), LogBuffer.LIMIT_BYTES, clock);
    }

    static LogStore open(LogArchive archive, long bufferBytes, InstantSource clock) {
        var store = new LogStore(archive, bufferBytes, clock);
        store.writer.start();
        return store;
    }

    @Override
    public void append(LogStreamName stream, long millis, byte[] message) {
        buffer.append(stream, millis, message);
        writer.wake();
    }

    /// A moment for each megabyte that is not written yet, beyond a few.
    @Override
    public long pauseMillis(LogStreamName stream) {
        return buffer.pauseMillis(stream);
    }

    /// Adds batches at the end of their streams, which begin to exist with them; they are on disk when it returns.
    ///
    /// @throws StoreUnavailableException if they cannot be written
    public void put(List<LogBatch> batches) {
        writer.putIf(() -> true, batches);
    }

    /// Adds batches at the end of a stream, if it is there when they are written: nobody can remove it between.
    ///
    /// @return whether it was
    /// @throws StoreUnavailableException if they cannot be written
    public boolean putIfThere(LogStreamName stream, List<LogBatch> batches) {
        return writer.putIf(
                () -> archive.findGroup(stream.account(), stream.region(), stream.group())
                        .flatMap(group -> archive.findStream(group, stream.stream()))
                        .isPresent(),
                batches);
    }

    /// Makes, changes or removes groups and streams, after what was appended before.
    ///
    /// @throws StoreUnavailableException if that cannot be written
    public <T> T change(Function<LogCatalog, T> change) {
        return writer.change(() -> change.apply(archive.catalog()));
    }

    /// A group's tags, by their keys.
    public Map<String, String> tags(LogGroup group) {
        return read(() -> archive.catalog().tags(group));
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

    /// The first events of `query` that have not expired and `wanted` accepts, as many as a page may hold.
    ///
    /// @param limit most events
    public LogPage page(LogQuery query, Predicate<LogEvent> wanted, int limit) {
        LogQuery kept = query.from(earliestKept(query.group()));
        return read(() -> {
            try (LogReader reader = archive.read(kept)) {
                return LogPage.of(reader, wanted, limit);
            }
        });
    }

    private LogPosition earliestKept(LogGroup group) {
        return LogPosition.before(
                group.retentionDays() == 0
                        ? 0
                        : clock.instant()
                                .minus(Duration.ofDays(group.retentionDays()))
                                .toEpochMilli());
    }

    /// How the events get to disk, and what was lost on the way.
    public LogFlow flow() {
        return writer.flow();
    }

    /// How the index of the logs gets to disk.
    public DatabaseFlow indexFlow() {
        return archive.indexFlow();
    }

    private <T extends @Nullable Object> T read(Callable<T> action) {
        writer.awaitWritten();
        try {
            return readers.submit(action).get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case IOException cause -> throw StoreUnavailableException.reading(archive.folder(), cause);
                case null, default -> throw new IllegalStateException("The log segments could not be read", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("The reading of logs was interrupted.", e);
        }
    }

    /// Writes what was appended, and closes the archive.
    @Override
    public void close() {
        readers.shutdown();
        writer.close();
        archive.close();
    }
}
