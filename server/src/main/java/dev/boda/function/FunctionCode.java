package dev.boda.function;

import java.util.Base64;
import java.util.HexFormat;

/// The code package of a function.
///
/// @param digest       SHA-256 of the package, 64 hexadecimal digits
/// @param sizeBytes    of the package as it was uploaded
/// @param architecture `x86_64` or `arm64`
public record FunctionCode(String digest, long sizeBytes, String architecture) {

    /// The digest as AWS shows it: `CodeSha256`.
    public String sha256Base64() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest));
    }
}
