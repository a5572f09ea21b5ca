package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The opaque `Marker` or `NextToken` of a listing: where the next page begins. A token that was altered, or that
/// another listing gave, is not decoded; the caller then refuses it in its service's words.
///
/// It is no secret and grants nothing: the position in it only says after which record of the caller's own account
/// and region to go on.
public final class PageToken {

    private static final int CHECK_BYTES = 4;

    private PageToken() {}

    /// A token for `position` in `listing` (`ListFunctions`).
    public static String encode(String listing, String position) {
        var text = position.getBytes(UTF_8);
        var bytes = Arrays.copyOf(check(listing, text), CHECK_BYTES + text.length);
        System.arraycopy(text, 0, bytes, CHECK_BYTES, text.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The position that [#encode] was given; empty if `token` is none of this listing's.
    public static Optional<String> decode(String listing, String token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (bytes.length < CHECK_BYTES) {
            return Optional.empty();
        }
        var text = Arrays.copyOfRange(bytes, CHECK_BYTES, bytes.length);
        if (!Arrays.equals(check(listing, text), 0, CHECK_BYTES, bytes, 0, CHECK_BYTES)) {
            return Optional.empty();
        }
        return Optional.of(new String(text, UTF_8));
    }

    private static byte[] check(String listing, byte[] text) {
        var sum = new CRC32C();
        sum.update(listing.getBytes(UTF_8));
        sum.update(0);
        sum.update(text);
        long value = sum.getValue();
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }
}
