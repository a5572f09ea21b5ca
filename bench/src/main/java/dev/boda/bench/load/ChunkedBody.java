package dev.boda.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Takes the framing off an answer's body, whether its length was announced or it comes in chunks (RFC 9112, 7.1).
final class ChunkedBody {

    private static final int HEX = 16;
    private static final int LONGEST_LINE = 64;

    private enum State {
        SIZE,
        BYTES,
        AFTER_BYTES,
        TRAILERS,
        ENDED
    }

    private final StringBuilder line = new StringBuilder(LONGEST_LINE);
    private State state = State.ENDED;
    private boolean chunked;
    private long left;

    /// A body in chunks begins.
    void begin() {
        chunked = true;
        state = State.SIZE;
        line.setLength(0);
    }

    /// A body of that many bytes begins.
    void begin(long length) {
        chunked = false;
        left = length;
        state = length == 0 ? State.ENDED : State.BYTES;
    }

    boolean ended() {
        return state == State.ENDED;
    }

    /// Passes on what is of the body.
    void accept(ByteBuffer received, Payload payload) throws IOException {
        while (received.hasRemaining()) {
            switch (state) {
                case SIZE -> size(received);
                case BYTES -> bytes(received, payload);
                case AFTER_BYTES -> lineEnd(received, State.SIZE);
                case TRAILERS -> trailer(received);
                case ENDED -> throw new IOException("The server sent more than one answer");
            }
        }
    }

    private void size(ByteBuffer received) throws IOException {
        if (readLine(received)) {
            left = Long.parseLong(line, 0, line.length(), HEX);
            line.setLength(0);
            state = left == 0 ? State.TRAILERS : State.BYTES;
        }
    }

    private void bytes(ByteBuffer received, Payload payload) throws IOException {
        int part = (int) Math.min(left, received.remaining());
        int limit = received.limit();
        received.limit(received.position() + part);
        payload.accept(received);
        received.limit(limit);
        left -= part;
        if (left == 0) {
            state = chunked ? State.AFTER_BYTES : State.ENDED;
        }
    }

    private void lineEnd(ByteBuffer received, State next) throws IOException {
        if (readLine(received)) {
            if (!line.isEmpty()) {
                throw new IOException("A chunk is longer than it says");
            }
            state = next;
        }
    }

    private void trailer(ByteBuffer received) throws IOException {
        if (readLine(received)) {
            state = line.isEmpty() ? State.ENDED : State.TRAILERS;
            line.setLength(0);
        }
    }

    /// Whether the line is whole now.
    private boolean readLine(ByteBuffer received) throws IOException {
        while (received.hasRemaining()) {
            char next = (char) received.get();
            if (next == '\n') {
                return true;
            }
            if (next != '\r') {
                line.append(next);
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("This is no chunk: " + line);
            }
        }
        return false;
    }
}
