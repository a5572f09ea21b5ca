package dev.boda.aws;

/// In whose name a request is made.
///
/// @param account     12 digits
/// @param region      `us-east-1`
/// @param accessKeyId as the signature says it; empty for an unsigned request
public record Caller(String account, String region, String accessKeyId) {}
