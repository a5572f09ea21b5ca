package dev.boda.store;

import dev.boda.store.LogIndex.Segment;
import dev.boda.store.LogIndex.Written;
import dev.boda.store.LogSegments.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All log events of this server, on disk: segment files hold them, a database says where.
///
/// What was written survives the end of the process as soon as [#write] returns; it is not flushed to the disk, so
/// that a failing machine may lose its last seconds, which the next start cuts off cleanly. One thread writes, changes
/// the [#catalog()] and sweeps; any platform thread reads beside it.
public final class LogArchive implements AutoCloseable {

    /// A segment is at most this long (and an event more), and a sixteenth of the limit.
    private static final long LARGEST_SEGMENT_BYTES = 64L << 20;

    private static final long SMALLEST_SEGMENT_BYTES = 256L << 10;
    private static final int SEGMENTS = 16;

    private final Path folder;
    private final Database database;
    private final LogIndex index;
    private final LogListing listing;
    private final LogSegments segments;
    private final LogCatalog catalog;
    private final LogSweep sweep;
    private long nextSequence;

    private LogArchive(Path folder, Database database, LogSegments segments, long limitBytes) {
        this.folder = folder;
        this.database = database;
        this.index = new LogIndex(database);
        this.listing = new LogListing(database);
        this.segments = segments;
        var removal = new LogRemoval(database);
        this.catalog = new LogCatalog(database, index, removal);
        this.sweep = new LogSweep(index, listing, removal, segments, limitBytes);
    }

    /// Opens the archive in `folder`, making it if there is none.
    ///
    /// @param limitBytes the most that it may occupy; the oldest events go first
    /// @throws StoreCannotOpenException with what to do
    public static LogArchive open(Path folder, long limitBytes) {
        Database database = null;
        try {
            Files.createDirectories(folder);
            database = Database.open(folder.resolve("logs.db"), LogSchema.MIGRATIONS);
            long segment = Math.clamp(limitBytes / SEGMENTS, SMALLEST_SEGMENT_BYTES, LARGEST_SEGMENT_BYTES);
            var segments = LogSegments.open(folder.resolve("segments"), segment);
            var archive = new LogArchive(folder, database, segments, limitBytes);
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
    /// what it does not know yet. A block older than what it knows is the copy of one that it knows.
    private void recover() throws IOException {
        nextSequence = index.nextSequence();
        long known = nextSequence;
        Map<Long, Long> entered = new HashMap<>();
        for (Segment segment : index.segments()) {
            if (segment.removed()) {
                segments.remove(segment.number());
            } else {
                entered.put(segment.number(), segment.length());
            }
        }
        for (var segment : entered.entrySet()) {
            long length = segments.length(segment.getKey());
            if (length < segment.getValue()) {
                index.cut(segment.getKey(), length);
            }
        }
        for (long file : segments.numbers()) {
            long from = Math.min(entered.getOrDefault(file, 0L), segments.length(file));
            if (segments.length(file) > from) {
                var unknown = new ArrayList<Written>();
                segments.recover(file, from, (place, block) -> {
                    if (block.firstSequence() >= known) {
                        unknown.add(new Written(place, block.facts()));
                    }
                });
                index.add(unknown);
            }
        }
        nextSequence = index.nextSequence();
    }

    /// Adds events at the end of their streams, all or none. Groups and streams begin to exist with them.
    public void write(List<LogBatch> batches) throws IOException {
        Place end = segments.end();
        boolean done = false;
        try {
            var written = new ArrayList<Written>(batches.size());
            long sequence = nextSequence;
            for (LogBatch batch : batches) {
                written.add(new Written(segments.append(batch.encoded(sequence)), batch.facts(sequence)));
                sequence += batch.events();
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

    /// Where all of it is.
    public Path folder() {
        return folder;
    }

    /// Makes, changes and removes groups and streams, on the thread that writes.
    public LogCatalog catalog() {
        return catalog;
    }

    /// Gives back the space of what nobody needs, in small steps.
    ///
    /// @return whether there may be another step to do now
    public boolean sweep(long nowMillis) throws IOException {
        return sweep.step(nowMillis, nextSequence);
    }

    /// How the index gets to disk.
    public DatabaseFlow indexFlow() {
        return database.flow();
    }

    /// What the logs occupy on disk.
    public long bytes() {
        return sweep.bytes();
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
        return new LogReader(listing, segments.reader(), query);
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
