package dev.boda.telemetry;

/// Names one log stream.
public record LogStreamName(String account, String region, String group, String stream) {}
