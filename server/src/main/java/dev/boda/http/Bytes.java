package dev.boda.http;

/// Arrays of bytes, one behind the other.
final class Bytes {

    static final byte[] NONE = {};

    private Bytes() {}

    static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
