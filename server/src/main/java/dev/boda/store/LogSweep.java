package dev.boda.store;

import dev.boda.store.LogIndex.Segment;
import dev.boda.store.LogSegments.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives back the space of events that nobody needs: the oldest ones beyond the limit of the whole, expired ones, those
/// of groups and streams that were deleted. A segment is deleted when nothing in it is alive; where less than half of
/// it is, what is alive moves to the segment that grows.
///
/// Works in small steps between the writes, on their thread.
final class LogSweep {

    private static final Logger LOG = LoggerFactory.getLogger(LogSweep.class);

    /// Most blocks, and about the most bytes, moved in a step.
    private static final int MOVED_BLOCKS = 256;

    private static final long MOVED_BYTES = 4L << 20;

    /// The segment that grows is completed for being mostly dead when it is this long at least.
    private static final long WORTH_BYTES = 1L << 20;

    /// How long a dead segment's file stays for those who read it.
    private static final long GRACE_MILLIS = 10_000;

    private final LogIndex index;
    private final LogListing listing;
    private final LogRemoval removal;
    private final LogSegments segments;
    private final long limitBytes;
    private final Map<Long, Long> deadSince = new HashMap<>();

    LogSweep(LogIndex index, LogListing listing, LogRemoval removal, LogSegments segments, long limitBytes) {
        this.index = index;
        this.listing = listing;
        this.removal = removal;
        this.segments = segments;
        this.limitBytes = limitBytes;
    }

    /// Does a step; whether there may be another.
    ///
    /// @param nextSequence of the next event
    boolean step(long nowMillis, long nextSequence) throws IOException {
        List<Segment> entered = index.segments();
        for (Segment segment : entered) {
            if (segment.removed()) {
                segments.remove(segment.number());
            }
        }
        if (removal.clean()) {
            // A stream goes with its last block; its next event makes it anew.
            index.forgetIds();
            return true;
        }
        boolean overLimit = bytes() > limitBytes;
        for (Segment segment : entered) {
            boolean removable = !segment.removed() && segment.number() != segments.growing();
            if (removable && (overLimit || isLongDead(segment, nowMillis))) {
                removal.removeSegment(segment.number());
                segments.remove(segment.number());
                deadSince.remove(segment.number());
                return true;
            }
        }
        if (removal.expire(nowMillis)) {
            return true;
        }
        return compact(entered, nextSequence);
    }

    private boolean isLongDead(Segment segment, long nowMillis) {
        return segment.liveBytes() <= 0
                && nowMillis - deadSince.computeIfAbsent(segment.number(), _ -> nowMillis) >= GRACE_MILLIS;
    }

    /// What the logs occupy on disk.
    long bytes() {
        return segments.bytes() + index.bytes();
    }

    private boolean compact(List<Segment> entered, long nextSequence) throws IOException {
        for (Segment segment : entered) {
            long length = segments.length(segment.number());
            boolean mostlyDead = !segment.removed() && segment.liveBytes() < length / 2;
            if (mostlyDead && segment.liveBytes() > 0 && segment.number() != segments.growing()) {
                move(segment.number(), nextSequence);
                return true;
            }
            if (mostlyDead && segment.number() == segments.growing() && length >= WORTH_BYTES) {
                index.begin(segments.begin(), nextSequence);
                return true;
            }
        }
        return false;
    }

    private void move(long segment, long nextSequence) throws IOException {
        Map<Place, Place> places = new LinkedHashMap<>();
        List<Place> unreadable = new ArrayList<>();
        Place end = segments.end();
        boolean done = false;
        try (LogSegmentReader reader = segments.reader()) {
            long bytes = 0;
            for (Place from : listing.places(segment, MOVED_BLOCKS)) {
                byte[] block = reader.bytes(from);
                if (block == null) {
                    unreadable.add(from);
                } else if (bytes < MOVED_BYTES) {
                    places.put(from, segments.append(ByteBuffer.wrap(block)));
                    bytes += block.length;
                }
            }
            index.move(places, nextSequence);
            done = true;
        } finally {
            if (!done) {
                segments.cutBack(end);
            }
        }
        if (!unreadable.isEmpty()) {
            LOG.error("{} blocks of log events are not in their segment {} any more", unreadable.size(), segment);
            removal.forget(unreadable);
        }
    }
}
