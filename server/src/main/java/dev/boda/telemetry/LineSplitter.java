package dev.boda.telemetry;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts what a process writes into lines, keeping a begun line until its end comes. Not for several threads.
final class LineSplitter {

    private static final int INITIAL_BYTES = 256;

    private final int limitBytes;
    private final Consumer<byte[]> lines;
    private byte[] begun = new byte[INITIAL_BYTES];
    private int length;

    /// @param limitBytes a longer line is cut into pieces of this length
    /// @param lines      receives each line with its line end, and pieces without
    LineSplitter(int limitBytes, Consumer<byte[]> lines) {
        this.limitBytes = limitBytes;
        this.lines = lines;
    }

    void write(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int end = lineEnd(bytes);
            int wanted = (end < 0 ? bytes.limit() : end + 1) - bytes.position();
            int taken = Math.min(wanted, limitBytes - length);
            ensureRoom(taken);
            bytes.get(begun, length, taken);
            length += taken;
            if (end >= 0 && taken == wanted) {
                emit(length);
            } else if (length == limitBytes && bytes.hasRemaining()) {
                emit(cutBefore(bytes.get(bytes.position())));
            }
        }
    }

    /// The begun line, which is then forgotten; null if there is none.
    byte @Nullable [] takeBegun() {
        if (length == 0) {
            return null;
        }
        byte[] line = Arrays.copyOf(begun, length);
        length = 0;
        return line;
    }

    private static int lineEnd(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int cutBefore(byte next) {
        if (!Utf8.isContinuation(next)) {
            return length;
        }
        int cut = Utf8.cut(begun, length - 1);
        return cut == 0 ? length : cut;
    }

    private void emit(int bytes) {
        byte[] line = Arrays.copyOf(begun, bytes);
        System.arraycopy(begun, bytes, begun, 0, length - bytes);
        length -= bytes;
        if (length == 0 && begun.length > INITIAL_BYTES * 16) {
            begun = new byte[INITIAL_BYTES];
        }
        lines.accept(line);
    }

    private void ensureRoom(int more) {
        if (begun.length < length + more) {
            begun = Arrays.copyOf(begun, Math.min(limitBytes, Math.max(length + more, begun.length * 2)));
        }
    }
}
