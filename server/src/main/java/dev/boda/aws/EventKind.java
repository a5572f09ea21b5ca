package dev.boda.aws;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.zip.CRC32;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/// Events of one type in an [EventStream], and how they are framed: lengths and their checksum, headers, payload, and
/// the checksum of all. AWS's library writes the headers, once; in its own frames it copies a payload four times, which
/// took a sixth of the server's time for a stream.
/// <https://smithy.io/2.0/aws/amazon-eventstream.html>
public final class EventKind {

    private static final int LENGTHS_BYTES = 8;
    private static final int CHECKSUM_BYTES = 4;
    private static final int PRELUDE_BYTES = LENGTHS_BYTES + CHECKSUM_BYTES;

    private final byte[] headers;

    /// @param type        the event's name in AWS's model: `PayloadChunk`
    /// @param contentType of its payload
    public EventKind(String type, String contentType) {
        var values = new LinkedHashMap<String, HeaderValue>();
        values.put(":event-type", HeaderValue.fromString(type));
        values.put(":content-type", HeaderValue.fromString(contentType));
        values.put(":message-type", HeaderValue.fromString("event"));
        var empty = new Message(values, new byte[0]).toByteBuffer();
        headers = new byte[empty.remaining() - PRELUDE_BYTES - CHECKSUM_BYTES];
        empty.get(PRELUDE_BYTES, headers);
    }

    /// An event with a copy of that payload.
    byte[] framed(byte[] payload, int offset, int length) {
        var frame = new byte[PRELUDE_BYTES + headers.length + length + CHECKSUM_BYTES];
        var bytes = ByteBuffer.wrap(frame).putInt(frame.length).putInt(headers.length);
        var checksum = new CRC32();
        checksum.update(frame, 0, LENGTHS_BYTES);
        bytes.putInt((int) checksum.getValue()).put(headers).put(payload, offset, length);
        checksum.update(frame, LENGTHS_BYTES, bytes.position() - LENGTHS_BYTES);
        bytes.putInt((int) checksum.getValue());
        return frame;
    }
}
