package dev.boda.sandbox.process;

import dev.boda.sandbox.SandboxProvider.Output;
import java.nio.ByteBuffer;

/// Takes apart what a runtime client writes to its log descriptor, and hands on whole messages.
///
/// ```
/// type: 4 bytes          length: 4 bytes   timestamp: 8 bytes          message: `length` bytes
/// a5 5a 00, flags        big-endian        microseconds since 1970
/// ```
///
/// Bit 1 of the flags says that there is a timestamp; bit 0 tells text from JSON, the bits above the level. Source:
/// FramedTelemetryLogSink of awslambdaric and aws-lambda-java-libs. What is no frame is handed on as raw bytes, up
/// to where a frame can begin. Used by one thread at a time.
final class TelemetryFrames {

    /// CloudWatch Logs' longest event; a longer message is handed on in pieces of it.
    static final int LONGEST_MESSAGE = 1_048_576;

    private static final byte[] MAGIC = {(byte) 0xa5, 0x5a, 0x00};
    private static final int TYPE_BYTES = 4;
    private static final int LENGTH_AT = 4;
    private static final int PLAIN_HEADER = 8;
    private static final int TIMED_HEADER = 16;
    private static final int TIMED = 0x02;
    private static final int PLAIN_TYPE = 0x01;

    private final Output output;
    private final ByteBuffer header = ByteBuffer.allocate(TIMED_HEADER);
    private byte[] message = {};
    private int received;
    private long missing;
    private boolean inMessage;

    TelemetryFrames(Output output) {
        this.output = output;
    }

    /// Takes the next bytes.
    void accept(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (inMessage) {
                readMessage(bytes);
            } else {
                readHeader(bytes);
            }
        }
    }

    /// Hands on what is left of a frame whose writer ended.
    void end() {
        if (inMessage) {
            if (received > 0) {
                output.message(ByteBuffer.wrap(message, 0, received));
            }
            reset();
        } else {
            handOnHeader();
        }
    }

    private void readHeader(ByteBuffer bytes) {
        byte next = bytes.get(bytes.position());
        if (!continuesHeader(next)) {
            handOnHeader();
            if (next != MAGIC[0]) {
                handOnGarbage(bytes);
            }
            return;
        }
        header.put(bytes.get());
        if (header.position() >= TYPE_BYTES && header.position() == headerBytes()) {
            int length = header.getInt(LENGTH_AT);
            if (length < 0) {
                handOnHeader();
                return;
            }
            header.clear();
            inMessage = true;
            missing = length;
            if (length == 0) {
                handOn(ByteBuffer.allocate(0));
            }
        }
    }

    private boolean continuesHeader(byte next) {
        int position = header.position();
        if (position < MAGIC.length) {
            return next == MAGIC[position];
        }
        return position >= TYPE_BYTES || next == PLAIN_TYPE || (next & TIMED) != 0;
    }

    private int headerBytes() {
        return (header.get(MAGIC.length) & TIMED) != 0 ? TIMED_HEADER : PLAIN_HEADER;
    }

    private void readMessage(ByteBuffer bytes) {
        int piece = (int) Math.min(missing, LONGEST_MESSAGE - received);
        int here = Math.min(piece, bytes.remaining());
        var slice = bytes.slice(bytes.position(), here);
        bytes.position(bytes.position() + here);
        missing -= here;
        if (here == piece && received == 0) {
            handOn(slice);
            return;
        }
        keep(slice, piece);
        if (here == piece) {
            handOn(ByteBuffer.wrap(message, 0, received));
        }
    }

    private void keep(ByteBuffer slice, int piece) {
        if (message.length == 0) {
            message = new byte[Math.max(piece, slice.remaining())];
        }
        int length = slice.remaining();
        slice.get(message, received, length);
        received += length;
    }

    private void handOn(ByteBuffer whole) {
        boolean last = missing == 0;
        received = 0;
        output.message(whole);
        if (last) {
            reset();
        }
    }

    private void reset() {
        message = new byte[0];
        received = 0;
        missing = 0;
        inMessage = false;
    }

    private void handOnHeader() {
        if (header.position() > 0) {
            output.raw(header.slice(0, header.position()));
            header.clear();
        }
    }

    private void handOnGarbage(ByteBuffer bytes) {
        int from = bytes.position();
        int to = from;
        while (to < bytes.limit() && bytes.get(to) != MAGIC[0]) {
            to++;
        }
        output.raw(bytes.slice(from, to - from));
        bytes.position(to);
    }
}
