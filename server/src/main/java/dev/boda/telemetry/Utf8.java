package dev.boda.telemetry;

/// Where characters begin in UTF-8.
final class Utf8 {

    static final int LONGEST_CHARACTER_BYTES = 4;

    private Utf8() {}

    /// Whether a byte goes on with a character that an earlier byte began.
    static boolean isContinuation(byte b) {
        return (b & 0b1100_0000) == 0b1000_0000;
    }

    /// The last place at or before `end` where `bytes` can be cut without cutting a character; `end` itself when the
    /// bytes before it are no UTF-8.
    static int cut(byte[] bytes, int end) {
        int at = end;
        while (at > 0 && end - at < LONGEST_CHARACTER_BYTES && isContinuation(bytes[at])) {
            at--;
        }
        return at == 0 || isContinuation(bytes[at]) ? end : at;
    }
}
