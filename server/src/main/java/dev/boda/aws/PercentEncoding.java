package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Percent-encoding of paths and query strings. Unlike [java.net.URLDecoder] it leaves a `+` in a path alone, and
/// what is no valid escape as it stands.
public final class PercentEncoding {

    private static final int HEX = 16;

    private PercentEncoding() {}

    /// Decodes a path's segment.
    public static String decode(String text) {
        return text.indexOf('%') < 0 ? text : decoded(text, false);
    }

    /// Decodes a name or a value of a query string, in which a `+` is a space.
    static String decodeQuery(String text) {
        return text.indexOf('%') < 0 && text.indexOf('+') < 0 ? text : decoded(text, true);
    }

    private static String decoded(String text, boolean plusIsSpace) {
        var bytes = new ByteArrayOutputStream(text.length());
        var source = text.getBytes(UTF_8);
        for (int i = 0; i < source.length; i++) {
            byte next = source[i];
            int high = next == '%' && i + 2 < source.length ? Character.digit(source[i + 1], HEX) : -1;
            int low = high >= 0 ? Character.digit(source[i + 2], HEX) : -1;
            if (low >= 0) {
                bytes.write(high * HEX + low);
                i += 2;
            } else {
                bytes.write(next == '+' && plusIsSpace ? ' ' : next);
            }
        }
        return bytes.toString(UTF_8);
    }
}
