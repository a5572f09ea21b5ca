package dev.boda.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// The SHA-256 of some bytes: what a blob is found by.
///
/// @param hex 64 hexadecimal digits, lower case
public record Digest(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public Digest {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("Not a SHA-256 digest: " + hex);
        }
    }

    /// The digest that a text is, if it is one.
    static Optional<Digest> parse(String hex) {
        return FORM.matcher(hex).matches() ? Optional.of(new Digest(hex)) : Optional.empty();
    }

    /// The digest of `content`.
    public static Digest of(byte[] content) {
        var computation = computation();
        computation.update(content);
        return of(computation);
    }

    /// For bytes that come piece by piece; [#of(MessageDigest)] says what their digest is.
    public static MessageDigest computation() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /// The digest of all that a [#computation()] was given, which is empty then.
    public static Digest of(MessageDigest computation) {
        return new Digest(HexFormat.of().formatHex(computation.digest()));
    }

    /// As AWS prints it.
    public String base64() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    @Override
    public String toString() {
        return hex;
    }
}
