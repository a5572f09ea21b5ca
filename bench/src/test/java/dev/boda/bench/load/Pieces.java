package dev.boda.bench.load;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/// Gives `bytes` in pieces of that size.
record Pieces(ByteBuffer bytes, int size) implements ReadableByteChannel {

    static Pieces of(String text, int size) {
        return new Pieces(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)), size);
    }

    @Override
    public int read(ByteBuffer into) {
        int length = Math.min(Math.min(size, bytes.remaining()), into.remaining());
        into.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        return length == 0 ? -1 : length;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
