package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

/// AWS's sentence on a text that is no Base64.
final class Base64Sentence {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int GROUP = 4;
    private static final int SHOWN_CHARACTERS = 1024;

    private Base64Sentence() {}

    /// @param quote where in `body` the JSON text begins
    static String of(byte[] body, int quote) {
        int end = quote + 1;
        while (end < body.length && body[end] != '"') {
            end++;
        }
        return of(new String(body, quote + 1, end - quote - 1, UTF_8));
    }

    static String of(String text) {
        return "'" + Excerpt.of(text, SHOWN_CHARACTERS) + "' can not be converted to a Blob: " + reason(text);
    }

    private static String reason(String text) {
        if (text.length() % GROUP != 0) {
            return "Base64 encoded length is expected a multiple of 4 bytes but found: " + text.length();
        }
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        for (int i = 0; i < text.length() - padding; i++) {
            if (ALPHABET.indexOf(text.charAt(i)) < 0) {
                return "Invalid Base64 character: '" + text.charAt(i) + "'";
            }
        }
        return "Invalid last non-pad Base64 character dectected";
    }
}
