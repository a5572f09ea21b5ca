package dev.boda.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/// Reads one answer after another from a connection: the status, whether the function failed, how long the body is;
/// the body itself only when it is wanted. Only bodies with a Content-Length.
final class AnswerReader {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final @Nullable ByteArrayOutputStream kept;
    private AnswerHead head = AnswerHead.NONE;
    private boolean headRead;
    private long missing;
    private int scanned;

    /// @param keep whether bodies are kept for [#body]
    AnswerReader(boolean keep) {
        kept = keep ? new ByteArrayOutputStream() : null;
    }

    /// Forgets the answer that was read.
    void reset() {
        buffer.clear();
        headRead = false;
        scanned = 0;
        if (kept != null) {
            kept.reset();
        }
    }

    /// Reads once; true when the answer is whole.
    boolean read(ReadableByteChannel channel) throws IOException {
        int length = channel.read(buffer);
        if (length < 0) {
            throw new EOFException("The server has closed the connection");
        }
        if (!headRead) {
            return readHead() && missing == 0;
        }
        missing -= length;
        keep(0, length);
        buffer.clear();
        return missing == 0;
    }

    private boolean readHead() throws IOException {
        int bodyAt = AnswerHead.endIn(buffer, scanned);
        if (bodyAt < 0) {
            if (!buffer.hasRemaining()) {
                throw new IOException("The head of an answer is longer than " + BUFFER_BYTES + " bytes");
            }
            scanned = buffer.position();
            return false;
        }
        head = AnswerHead.parse(buffer, bodyAt);
        if (head.chunked()) {
            throw new IOException("The answer has no Content-Length");
        }
        headRead = true;
        int received = buffer.position() - bodyAt;
        missing = head.bodyBytes() - received;
        if (missing < 0) {
            throw new IOException("The server sent more than one answer");
        }
        keep(bodyAt, received);
        buffer.clear();
        return true;
    }

    private void keep(int from, int length) {
        if (kept != null && length > 0) {
            var bytes = new byte[length];
            buffer.get(from, bytes);
            kept.write(bytes, 0, length);
        }
    }

    int status() {
        return head.status();
    }

    /// Whether it is what a working function answers.
    boolean succeeded() {
        return head.status() / 100 == 2 && !head.functionError();
    }

    long bodyBytes() {
        return head.bodyBytes();
    }

    /// The body, of a reader that keeps them.
    byte[] body() {
        return kept == null ? new byte[0] : kept.toByteArray();
    }
}
