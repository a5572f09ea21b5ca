package dev.boda.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Reads the events of a [LogQuery] one after the other, those of several streams merged by their positions. Holds
/// no more blocks at once than overlap in time. One platform thread's.
public final class LogReader implements AutoCloseable {

    private static final int FOUND_AT_ONCE = 256;

    private final LogListing listing;
    private final LogSegmentReader segments;
    private final LogQuery query;
    private final PriorityQueue<Deque<LogEntry>> open;
    private final Deque<LogListing.Found> found = new ArrayDeque<>();
    private LogListing.@Nullable Found lastFound;
    private boolean allFound;
    private @Nullable LogPosition last;

    LogReader(LogListing listing, LogSegmentReader segments, LogQuery query) {
        this.listing = listing;
        this.segments = segments;
        this.query = query;
        Comparator<Deque<LogEntry>> byHead =
                Comparator.comparing(block -> head(block).position());
        this.open = new PriorityQueue<>(query.forward() ? byHead : byHead.reversed());
    }

    /// The next event, or null behind the last. None comes twice, even where its block is moved meanwhile.
    public @Nullable LogEntry next() throws IOException {
        LogEntry entry = merged();
        while (entry != null && entry.position().equals(last)) {
            entry = merged();
        }
        last = entry == null ? last : entry.position();
        return entry;
    }

    private @Nullable LogEntry merged() throws IOException {
        while (hasFound() && mustOpen(found.element(), open.peek())) {
            open(found.remove());
        }
        Deque<LogEntry> block = open.poll();
        if (block == null) {
            return null;
        }
        LogEntry entry = block.remove();
        if (!block.isEmpty()) {
            open.add(block);
        }
        return entry;
    }

    private boolean hasFound() {
        if (found.isEmpty() && !allFound) {
            List<LogListing.Found> more = listing.blocks(query, lastFound, FOUND_AT_ONCE);
            allFound = more.size() < FOUND_AT_ONCE;
            found.addAll(more);
            lastFound = more.isEmpty() ? lastFound : more.getLast();
        }
        return !found.isEmpty();
    }

    /// Whether a block may hold an event that comes before the first of the open ones. Blocks are found by their last
    /// event; none is longer than [LogBlock#LONGEST_MILLIS].
    private boolean mustOpen(LogListing.Found next, @Nullable Deque<LogEntry> first) {
        if (first == null) {
            return true;
        }
        long millis = head(first).position().timestampMillis();
        return query.forward() ? next.lastMillis() - LogBlock.LONGEST_MILLIS <= millis : next.lastMillis() >= millis;
    }

    private void open(LogListing.Found next) throws IOException {
        if (!query.streams().test(next.stream())) {
            return;
        }
        LogBlock block = segments.read(next.place());
        if (block == null) {
            return;
        }
        Deque<LogEntry> entries = new ArrayDeque<>(wanted(next.stream(), block));
        if (!entries.isEmpty()) {
            open.add(entries);
        }
    }

    private List<LogEntry> wanted(String stream, LogBlock block) {
        var entries = new ArrayList<LogEntry>();
        long sequence = block.firstSequence();
        for (LogEvent event : block.events()) {
            var position = new LogPosition(event.timestampMillis(), sequence++);
            if (position.compareTo(query.from()) >= 0 && position.compareTo(query.to()) < 0) {
                entries.add(new LogEntry(stream, position, event));
            }
        }
        return query.forward() ? entries : entries.reversed();
    }

    private static LogEntry head(Deque<LogEntry> block) {
        return block.element();
    }

    @Override
    public void close() throws IOException {
        segments.close();
    }
}
