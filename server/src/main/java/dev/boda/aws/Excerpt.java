package dev.boda.aws;

/// Texts of clients in sentences: they may be of any length.
final class Excerpt {

    private Excerpt() {}

    /// The text, or its beginning.
    ///
    /// @param longest in characters
    static String of(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
