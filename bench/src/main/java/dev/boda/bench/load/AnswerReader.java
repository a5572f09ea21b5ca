package dev.boda.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads one answer after another from a connection: the status, whether the function failed, how long the body is;
/// the body itself only when it is wanted. Only bodies with a Content-Length.
final class AnswerReader {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int HEAD_UNREAD = -1;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final @Nullable ByteArrayOutputStream kept;
    private int status = HEAD_UNREAD;
    private boolean functionError;
    private long bodyBytes;
    private long missing;
    private int scanned;

    /// @param keep whether bodies are kept for [#body]
    AnswerReader(boolean keep) {
        kept = keep ? new ByteArrayOutputStream() : null;
    }

    /// Forgets the answer that was read.
    void reset() {
        buffer.clear();
        status = HEAD_UNREAD;
        functionError = false;
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
        if (status == HEAD_UNREAD) {
            return readHead() && missing == 0;
        }
        missing -= length;
        keep(0, length);
        buffer.clear();
        return missing == 0;
    }

    private boolean readHead() throws IOException {
        int end = headEnd();
        if (end < 0) {
            if (!buffer.hasRemaining()) {
                throw new IOException("The head of an answer is longer than " + BUFFER_BYTES + " bytes");
            }
            return false;
        }
        var bytes = new byte[end];
        buffer.get(0, bytes);
        parse(new String(bytes, ISO_8859_1));
        int bodyAt = end + 4;
        int received = buffer.position() - bodyAt;
        missing = bodyBytes - received;
        if (missing < 0) {
            throw new IOException("The server sent more than one answer");
        }
        keep(bodyAt, received);
        buffer.clear();
        return true;
    }

    /// Where the empty line is, or -1.
    private int headEnd() {
        for (int i = Math.max(scanned, 3); i < buffer.position(); i++) {
            if (buffer.get(i) == '\n'
                    && buffer.get(i - 1) == '\r'
                    && buffer.get(i - 2) == '\n'
                    && buffer.get(i - 3) == '\r') {
                return i - 3;
            }
        }
        scanned = buffer.position();
        return -1;
    }

    private void parse(String head) throws IOException {
        var lines = head.split("\r\n", -1);
        status = Integer.parseInt(lines[0].substring(9, 12));
        bodyBytes = 0;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" ->
                    bodyBytes = Long.parseLong(lines[i].substring(colon + 1).strip());
                case "transfer-encoding" -> throw new IOException("The answer has no Content-Length");
                case "x-amz-function-error" -> functionError = true;
                default -> {}
            }
        }
    }

    private void keep(int from, int length) {
        if (kept != null && length > 0) {
            var bytes = new byte[length];
            buffer.get(from, bytes);
            kept.write(bytes, 0, length);
        }
    }

    int status() {
        return status;
    }

    /// Whether it is what a working function answers.
    boolean succeeded() {
        return status / 100 == 2 && !functionError;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /// The body, of a reader that keeps them.
    byte[] body() {
        return kept == null ? new byte[0] : kept.toByteArray();
    }
}
