package dev.boda.function;

/// Provisioned concurrency that somebody asked for, of a version or an alias.
///
/// @param environments to keep initialised
public record ProvisionedRequest(int environments, long lastModifiedMillis) {}
