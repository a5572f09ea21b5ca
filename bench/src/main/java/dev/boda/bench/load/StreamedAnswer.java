package dev.boda.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/// Reads one answer after another as it comes, in whichever way it is sent: when its first byte of the function's
/// answer came, and how many there were.
final class StreamedAnswer {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int OK = 200;
    private static final long NOTHING_YET = -1;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ChunkedBody body = new ChunkedBody();
    private AnswerHead head = AnswerHead.NONE;
    private boolean headRead;
    private Payload payload = new Payload.Plain();
    private long firstByteNanos = NOTHING_YET;

    /// Reads until the answer is whole.
    void read(ReadableByteChannel channel) throws IOException {
        headRead = false;
        payload = new Payload.Plain();
        firstByteNanos = NOTHING_YET;
        buffer.clear();
        do {
            receive(channel);
        } while (!headRead || !body.ended());
    }

    private void receive(ReadableByteChannel channel) throws IOException {
        if (channel.read(buffer) < 0) {
            throw new EOFException("The server broke an answer off after " + payload.bytes() + " bytes");
        }
        long now = System.nanoTime();
        if (!headRead && !readHead()) {
            return;
        }
        if (buffer.position() > 0) {
            buffer.flip();
            body.accept(buffer, payload);
            buffer.clear();
        }
        if (firstByteNanos == NOTHING_YET && payload.bytes() > 0) {
            firstByteNanos = now;
        }
    }

    /// Whether the head is whole; then the buffer holds what came behind it.
    private boolean readHead() throws IOException {
        int end = AnswerHead.endIn(buffer, 0);
        if (end < 0) {
            if (!buffer.hasRemaining()) {
                throw new IOException("The head of an answer is longer than " + BUFFER_BYTES + " bytes");
            }
            return false;
        }
        head = AnswerHead.parse(buffer, end);
        headRead = true;
        if (head.events()) {
            payload = new EventPayload();
        }
        if (head.chunked()) {
            body.begin();
        } else {
            body.begin(head.bodyBytes());
        }
        buffer.flip().position(end);
        buffer.compact();
        return true;
    }

    /// When the first byte of the function's answer was read, of [System#nanoTime()]. Only where there was one.
    long firstByteNanos() {
        return firstByteNanos;
    }

    long payloadBytes() {
        return payload.bytes();
    }

    /// Whether it is what a working function answers, to its end.
    boolean succeeded() {
        return head.status() == OK && !head.functionError() && payload.whole();
    }
}
