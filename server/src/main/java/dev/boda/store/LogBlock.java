package dev.boda.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Events of one stream that were written together, in the order of their positions: the unit of a segment file.
/// It tells its stream by itself, so that the index can be made again from the segments. [LogBatch] makes its bytes:
///
/// ```
/// magic 4 · length of the rest 4 · CRC-32C of the rest 4
/// first sequence 8 · events 4 · account, region, group, stream: length 2, UTF-8
/// then each event: timestamp 8 · ingested 8 · message: length 4, UTF-8
/// ```
///
/// @param firstSequence of the first event; the others follow without a gap
record LogBlock(LogStreamName stream, long firstSequence, List<LogEvent> events) {

    /// Longest time between the first and the last event of a block: a reader that looks for a time needs to open
    /// no block whose last event is this much later.
    static final long LONGEST_MILLIS = 1_000;

    /// A block ends after the event with which it gets this long.
    static final int FULL_BYTES = 1 << 20;

    static final int PREFIX_BYTES = 12;
    static final int COUNTS_BYTES = 12;
    static final int EVENT_BYTES = 20;
    static final int MAGIC = 0x424F4C31;
    private static final int FIXED_BYTES = COUNTS_BYTES + 4 * Short.BYTES;
    /// No block is longer, so that a damaged length is not believed.
    private static final int LIMIT_BYTES = 64 << 20;

    /// The whole length of the block that begins with `prefix`, or -1 if none does.
    static int length(ByteBuffer prefix) {
        int rest = prefix.getInt(4);
        return prefix.getInt(0) == MAGIC && rest >= FIXED_BYTES && rest <= LIMIT_BYTES ? PREFIX_BYTES + rest : -1;
    }

    /// The block that `bytes` are; null if they are not whole and undamaged.
    static @Nullable LogBlock decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        if (bytes.length < PREFIX_BYTES
                || length(in) != bytes.length
                || in.getInt(8) != LogBatch.check(bytes, bytes.length)) {
            return null;
        }
        in.position(PREFIX_BYTES);
        long firstSequence = in.getLong();
        int count = in.getInt();
        var stream = new LogStreamName(
                text(bytes, in, in.getShort()),
                text(bytes, in, in.getShort()),
                text(bytes, in, in.getShort()),
                text(bytes, in, in.getShort()));
        List<LogEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(new LogEvent(in.getLong(), in.getLong(), text(bytes, in, in.getInt())));
        }
        return new LogBlock(stream, firstSequence, events);
    }

    private static String text(byte[] bytes, ByteBuffer in, int length) {
        String text = new String(bytes, in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    LogBlockFacts facts() {
        long counted = 0;
        long lastIngested = 0;
        for (LogEvent event : events) {
            counted += LogBatch.COUNTED_BYTES + event.message().getBytes(StandardCharsets.UTF_8).length;
            lastIngested = Math.max(lastIngested, event.ingestedMillis());
        }
        return new LogBlockFacts(
                stream,
                firstSequence,
                events.size(),
                events.getFirst().timestampMillis(),
                events.getLast().timestampMillis(),
                events.getFirst().ingestedMillis(),
                lastIngested,
                counted);
    }
}
