package dev.boda.telemetry;

import dev.boda.store.LogEvent;
import dev.boda.store.LogStreamName;

/// Where log events go. Implemented by [LogStore]; tests collect them in a list.
@FunctionalInterface
public interface LogSink {

    /// Adds an event at the end of a stream; group and stream begin to exist with their first event. Callers of one
    /// stream call one at a time: their order is the stream's order. Does not wait for the disk.
    void append(LogStreamName stream, LogEvent event);
}
