package dev.boda.aws.model;

/// How a timestamp is written.
public enum TimestampFormat {
    /// A number of seconds with a fraction: bodies of the JSON protocols.
    EPOCH_SECONDS,
    /// `2026-01-31T08:15:30Z`: query strings.
    DATE_TIME,
    /// `Sat, 31 Jan 2026 08:15:30 GMT`: headers.
    HTTP_DATE
}
