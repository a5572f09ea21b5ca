package dev.boda.image;

import dev.boda.store.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Counts and digests what is read, and refuses more than there may be.
final class MeasuredStream extends FilterInputStream {

    private static final int BUFFER_BYTES = 64 << 10;

    private final MessageDigest digest = Digest.computation();
    private final long most;
    private long read;

    MeasuredStream(InputStream stream, long most) {
        super(stream);
        this.most = most;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
            digest.update(bytes, offset, count);
            read += count;
            if (read > most) {
                throw new ImageRefusedException("The image has more than " + (RootUnpacker.MOST_BYTES >> 30)
                        + " GB unpacked, which is the most that an image may have.");
            }
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        var buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(count, 0))];
        int skipped = buffer.length == 0 ? 0 : read(buffer, 0, buffer.length);
        return Math.max(skipped, 0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /// What is behind the end of a tar belongs to the layer, too.
    void readToEnd() throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        int count = read(buffer, 0, buffer.length);
        while (count >= 0) {
            count = read(buffer, 0, buffer.length);
        }
    }

    /// How many bytes were read.
    long count() {
        return read;
    }

    /// Of all that was read. Once.
    Digest digest() {
        return Digest.of(digest);
    }
}
