package dev.boda.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// An answer's body in pieces. A write blocks while the client is slower than the limits of the socket's queue.
final class AnswerStream extends OutputStream {

    /// How the client knows where the body ends.
    enum Form {
        CHUNKED,
        BARE,
        UNTIL_CLOSE,
        NOTHING
    }

    /// 64 KB and what a protocol puts around them.
    private static final int LARGEST_PIECE_BYTES = 65 * 1024;

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final HttpConnection connection;
    private final ConnectionExchange exchange;
    private final Form form;
    private final long announcedBytes;
    private long sentBytes;
    private boolean closed;

    AnswerStream(HttpConnection connection, ConnectionExchange exchange, Form form, long announcedBytes) {
        this.connection = connection;
        this.exchange = exchange;
        this.form = form;
        this.announcedBytes = announcedBytes;
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("This answer is complete");
        }
        if (form == Form.NOTHING) {
            return;
        }
        if (form == Form.BARE && sentBytes + length > announcedBytes) {
            throw new IOException("The answer is longer than its Content-Length of " + announcedBytes);
        }
        for (int from = offset, end = offset + length; from < end; from += LARGEST_PIECE_BYTES) {
            int part = Math.min(LARGEST_PIECE_BYTES, end - from);
            connection.answers().write(exchange, framed(bytes, from, part));
            sentBytes += part;
        }
    }

    /// A copy, since the caller may reuse its array at once.
    private byte[] framed(byte[] bytes, int offset, int length) {
        if (form != Form.CHUNKED) {
            return java.util.Arrays.copyOfRange(bytes, offset, offset + length);
        }
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        var chunk = new byte[size.length + length + 2];
        System.arraycopy(size, 0, chunk, 0, size.length);
        System.arraycopy(bytes, offset, chunk, size.length, length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        return chunk;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (form == Form.BARE && sentBytes < announcedBytes) {
            connection.abort(exchange);
            return;
        }
        connection.answers().finish(exchange, form == Form.CHUNKED ? LAST_CHUNK : new byte[0]);
    }
}
