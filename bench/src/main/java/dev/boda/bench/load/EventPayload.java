package dev.boda.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A body of InvokeWithResponseStream's events: PayloadChunk, any number, then InvokeComplete. What was sent is
/// believed: checksums cost the load generator more than all the rest.
/// <https://smithy.io/2.0/aws/amazon-eventstream.html>
final class EventPayload implements Payload {

    private static final int PRELUDE_BYTES = 12;
    private static final int CHECKSUM_BYTES = 4;
    /// Of an event's headers, and of the event that ends the answer.
    private static final int LARGEST_KEPT_BYTES = 64 * 1024;

    private enum Part {
        PRELUDE,
        HEADERS,
        CHUNK,
        END,
        CHECKSUM
    }

    private Part part = Part.PRELUDE;
    private ByteBuffer kept = ByteBuffer.allocate(PRELUDE_BYTES);
    private int left;
    private long bytes;
    private boolean whole;

    @Override
    public void accept(ByteBuffer body) throws IOException {
        while (body.hasRemaining()) {
            switch (part) {
                case PRELUDE -> prelude(body);
                case HEADERS -> headers(body);
                case CHUNK -> bytes += skip(body, Part.CHECKSUM, CHECKSUM_BYTES);
                case END -> end(body);
                case CHECKSUM -> skip(body, Part.PRELUDE, 0);
            }
        }
    }

    private void prelude(ByteBuffer body) throws IOException {
        if (keep(body)) {
            int all = kept.getInt(0);
            int headers = kept.getInt(4);
            left = all - headers - PRELUDE_BYTES - CHECKSUM_BYTES;
            part = Part.HEADERS;
            begin(headers);
        }
    }

    private void headers(ByteBuffer body) throws IOException {
        if (!keep(body)) {
            return;
        }
        var text = new String(kept.array(), UTF_8);
        if (text.contains("PayloadChunk")) {
            part = left == 0 ? Part.CHECKSUM : Part.CHUNK;
            left = left == 0 ? CHECKSUM_BYTES : left;
        } else if (text.contains("InvokeComplete")) {
            part = Part.END;
            begin(left);
        } else {
            throw new IOException("This is not an event of a function's answer: " + text);
        }
    }

    private void end(ByteBuffer body) throws IOException {
        if (keep(body)) {
            whole = !new String(kept.array(), UTF_8).contains("ErrorCode");
            part = Part.CHECKSUM;
            left = CHECKSUM_BYTES;
        }
    }

    /// How many bytes were skipped; after the last of them comes the next part.
    private int skip(ByteBuffer body, Part next, int nextBytes) {
        int skipped = Math.min(left, body.remaining());
        body.position(body.position() + skipped);
        left -= skipped;
        if (left == 0) {
            part = next;
            left = nextBytes;
            if (next == Part.PRELUDE) {
                kept = ByteBuffer.allocate(PRELUDE_BYTES);
            }
        }
        return skipped;
    }

    private void begin(int length) throws IOException {
        if (length < 0 || length > LARGEST_KEPT_BYTES) {
            throw new IOException("An event's part has " + length + " bytes");
        }
        kept = ByteBuffer.allocate(length);
    }

    /// Whether the part is whole now.
    private boolean keep(ByteBuffer body) {
        int taken = Math.min(kept.remaining(), body.remaining());
        kept.put(body.slice(body.position(), taken));
        body.position(body.position() + taken);
        return !kept.hasRemaining();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean whole() {
        return whole && part == Part.PRELUDE && kept.position() == 0;
    }
}
