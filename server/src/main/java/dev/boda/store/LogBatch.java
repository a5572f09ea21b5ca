package dev.boda.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/// Events of one stream on their way to disk, encoded once, as they come: the bytes of a [LogBlock], for which only the
/// sequence and the checksum are missing. In the order of their times. One thread's at a time.
public final class LogBatch {

    /// What AWS counts for an event beside its message.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
    public static final int COUNTED_BYTES = 26;

    private static final int FIRST_ROOM_BYTES = 512;

    private final LogStreamName stream;
    private final int begin;
    private ByteBuffer bytes;
    private int events;
    private long firstMillis;
    private long lastMillis;
    private long createdMillis;
    private long lastIngestedMillis;
    private long messageBytes;

    public LogBatch(LogStreamName stream) {
        this.stream = stream;
        List<byte[]> names = stream.parts().stream()
                .map(part -> part.getBytes(StandardCharsets.UTF_8))
                .toList();
        int length = LogBlock.PREFIX_BYTES + LogBlock.COUNTS_BYTES;
        for (byte[] name : names) {
            length += Short.BYTES + name.length;
        }
        begin = length;
        bytes = ByteBuffer.allocate(begin + FIRST_ROOM_BYTES);
        bytes.position(LogBlock.PREFIX_BYTES + LogBlock.COUNTS_BYTES);
        names.forEach(name -> bytes.putShort((short) name.length).put(name));
    }

    /// Adds an event, unless it belongs into a new batch: this one is full, or its times are not near.
    ///
    /// @param message UTF-8; copied
    public boolean add(long timestampMillis, long ingestedMillis, byte[] message) {
        if (events > 0
                && (length() >= LogBlock.FULL_BYTES
                        || timestampMillis < lastMillis
                        || timestampMillis - firstMillis > LogBlock.LONGEST_MILLIS)) {
            return false;
        }
        if (events == 0) {
            firstMillis = timestampMillis;
            createdMillis = ingestedMillis;
        }
        events++;
        lastMillis = timestampMillis;
        lastIngestedMillis = Math.max(lastIngestedMillis, ingestedMillis);
        messageBytes += message.length;
        ensureRoom(LogBlock.EVENT_BYTES + message.length);
        bytes.putLong(timestampMillis).putLong(ingestedMillis);
        bytes.putInt(message.length).put(message);
        return true;
    }

    private void ensureRoom(int more) {
        if (bytes.remaining() < more) {
            int wanted = Math.max(bytes.position() + more, 2 * bytes.capacity());
            bytes = ByteBuffer.allocate(wanted).put(bytes.flip());
        }
    }

    /// The whole block, from a first sequence on. May be asked again, with another sequence.
    ByteBuffer encoded(long firstSequence) {
        int length = length();
        bytes.putLong(LogBlock.PREFIX_BYTES, firstSequence);
        bytes.putInt(LogBlock.PREFIX_BYTES + Long.BYTES, events);
        bytes.putInt(0, LogBlock.MAGIC).putInt(4, length - LogBlock.PREFIX_BYTES);
        bytes.putInt(8, check(bytes.array(), length));
        return ByteBuffer.wrap(bytes.array(), 0, length);
    }

    static int check(byte[] bytes, int length) {
        var sum = new CRC32C();
        sum.update(bytes, LogBlock.PREFIX_BYTES, length - LogBlock.PREFIX_BYTES);
        return (int) sum.getValue();
    }

    LogBlockFacts facts(long firstSequence) {
        return new LogBlockFacts(
                stream,
                firstSequence,
                events,
                firstMillis,
                lastMillis,
                createdMillis,
                lastIngestedMillis,
                messageBytes + (long) events * COUNTED_BYTES);
    }

    public LogStreamName stream() {
        return stream;
    }

    /// How many events it holds.
    public int events() {
        return events;
    }

    /// How long the block is, in bytes.
    public int length() {
        return bytes.position();
    }

    /// What it occupies in memory, in bytes.
    public int room() {
        return bytes.capacity();
    }

    boolean isEmpty() {
        return events == 0;
    }

    /// Of its events' messages, as AWS counts them.
    public long countedBytes() {
        return messageBytes + (long) events * COUNTED_BYTES;
    }
}
