package dev.boda.function;

/// A layer version as a function uses it: what is kept of it outlives the layer version, as on AWS.
///
/// @param arn       the layer version's, with its number
/// @param digest    SHA-256 of its package, 64 hexadecimal digits
/// @param sizeBytes of the package as it was uploaded
public record LayerUse(String arn, String digest, long sizeBytes) {}
