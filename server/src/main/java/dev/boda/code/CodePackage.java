package dev.boda.code;

/// A code package that was accepted.
///
/// @param digest       SHA-256, 64 hexadecimal digits: what it is found by
/// @param sha256Base64 the same as AWS prints it (`CodeSha256`)
/// @param sizeBytes    size of the zip (`CodeSize`)
public record CodePackage(String digest, String sha256Base64, long sizeBytes) {}
