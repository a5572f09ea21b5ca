package dev.boda.store;

import dev.boda.store.LogIndex.Written;
import dev.boda.store.LogSegments.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;

/// All log events of this server, on disk: segment files hold them, a database says where.
///
/// What was written survives the end of the process as soon as [#write] returns; it is not flushed to the disk, so
/// that a failing machine may lose its last seconds, which the next start cuts off cleanly. One thread writes; any
/// platform thread reads beside it.
public final class LogArchive implements AutoCloseable {

    private final Database database;
    private final LogIndex index;
    private final LogListing listing;
    private final LogSegments segments;
    private long nextSequence;

    private LogArchive(Database database, LogSegments segments) {
        this.database = database;
        this.index = new LogIndex(database);
        this.listing = new LogListing(database);
        this.segments = segments;
    }

    /// Opens the archive in `folder`, making it if there is none.
    ///
    /// @throws StoreCannotOpenException with what to do
    public static LogArchive open(Path folder) {
        Database database = null;
        try {
            Files.createDirectories(folder);
            database = Database.open(folder.resolve("logs.db"), LogIndex.MIGRATIONS);
            var archive = new LogArchive(database, LogSegments.open(folder.resolve("segments")));
            archive.recover();
            return archive;
        } catch (IOException e) {
            if (database != null) {
                database.close();
            }
            throw new StoreCannotOpenException(
                    "The logs in " + folder + " cannot be opened (" + e.getMessage()
                            + "). Check the disk and the permissions of the data directory.",
                    e);
        }
    }

    /// Brings index and segments together after a crash: the index forgets what the files do not hold, and learns
    /// what it does not know yet.
    private void recover() throws IOException {
        Map<Long, Long> entered = index.segments();
        NavigableSet<Long> files = segments.numbers();
        for (var segment : entered.entrySet()) {
            long length = segments.length(segment.getKey());
            if (length < segment.getValue()) {
                index.cut(segment.getKey(), length);
            }
        }
        for (long file : files) {
            long known = Math.min(entered.getOrDefault(file, 0L), segments.length(file));
            if (segments.length(file) > known) {
                var unknown = new ArrayList<Written>();
                segments.recover(file, known, (place, block) -> unknown.add(new Written(place, block)));
                index.add(unknown);
            }
        }
        nextSequence = index.nextSequence();
    }

    /// Adds events at the end of their streams, all or none.
    public void write(Map<LogStreamName, List<LogEvent>> events) throws IOException {
        Place end = segments.end();
        boolean done = false;
        try {
            var written = new ArrayList<Written>();
            long sequence = nextSequence;
            for (var stream : events.entrySet()) {
                for (List<LogEvent> part : parts(stream.getValue())) {
                    var block = new LogBlock(stream.getKey(), sequence, part);
                    written.add(new Written(segments.append(block.encode()), block));
                    sequence += part.size();
                }
            }
            index.add(written);
            nextSequence = sequence;
            done = true;
        } finally {
            if (!done) {
                segments.cutBack(end);
            }
        }
    }

    /// Cuts the events of a stream into what one block may hold, in the order of their times.
    private static List<List<LogEvent>> parts(List<LogEvent> events) {
        var sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparingLong(LogEvent::timestampMillis));
        var parts = new ArrayList<List<LogEvent>>();
        var part = new ArrayList<LogEvent>();
        long bytes = 0;
        for (LogEvent event : sorted) {
            boolean full = !part.isEmpty()
                    && (bytes >= LogBlock.FULL_BYTES
                            || event.timestampMillis() - part.getFirst().timestampMillis() > LogBlock.LONGEST_MILLIS);
            if (full) {
                parts.add(List.copyOf(part));
                part.clear();
                bytes = 0;
            }
            part.add(event);
            bytes += event.message().length();
        }
        if (!part.isEmpty()) {
            parts.add(List.copyOf(part));
        }
        return parts;
    }

    public List<LogGroup> groups(LogGroupQuery query) {
        return listing.groups(query);
    }

    public Optional<LogGroup> findGroup(String account, String region, String name) {
        return listing.findGroup(account, region, name);
    }

    public List<LogStream> streams(LogStreamQuery query) {
        return listing.streams(query);
    }

    public Optional<LogStream> findStream(LogGroup group, String name) {
        return listing.findStream(group, name);
    }

    /// Reads the events of `query`.
    public LogReader read(LogQuery query) {
        return new LogReader(listing, segments, query);
    }

    @Override
    public void close() {
        try {
            segments.close();
        } catch (IOException e) {
            throw new StoreUnavailableException("The log segments cannot be closed.", e);
        } finally {
            database.close();
        }
    }
}
