package dev.boda.telemetry;

import java.util.Arrays;

/// The last 4,096 bytes of an invocation's log, for `LogType=Tail`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>: "the last 4 KB of the execution log".
final class TailCapture {

    static final int LIMIT_BYTES = 4_096;

    private final byte[] ring = new byte[LIMIT_BYTES];
    private long written;

    void add(byte[] bytes) {
        int skipped = Math.max(0, bytes.length - LIMIT_BYTES);
        int kept = bytes.length - skipped;
        int at = (int) ((written + skipped) % LIMIT_BYTES);
        int first = Math.min(kept, LIMIT_BYTES - at);
        System.arraycopy(bytes, skipped, ring, at, first);
        System.arraycopy(bytes, skipped + first, ring, 0, kept - first);
        written += bytes.length;
    }

    /// What was added last, beginning with a whole character: clients decode it as UTF-8.
    byte[] bytes() {
        if (written <= LIMIT_BYTES) {
            return Arrays.copyOf(ring, (int) written);
        }
        int oldest = (int) (written % LIMIT_BYTES);
        byte[] tail = new byte[LIMIT_BYTES];
        System.arraycopy(ring, oldest, tail, 0, LIMIT_BYTES - oldest);
        System.arraycopy(ring, 0, tail, LIMIT_BYTES - oldest, oldest);
        int begin = 0;
        while (begin < Utf8.LONGEST_CHARACTER_BYTES && Utf8.isContinuation(tail[begin])) {
            begin++;
        }
        return Arrays.copyOfRange(tail, begin, LIMIT_BYTES);
    }
}
