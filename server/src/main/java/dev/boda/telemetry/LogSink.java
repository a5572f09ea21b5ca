package dev.boda.telemetry;

import dev.boda.store.LogStreamName;

/// Where log events go. Implemented by [LogStore]; tests collect them in a list.
@FunctionalInterface
public interface LogSink {

    /// Adds an event at the end of a stream; group and stream begin to exist with their first event. Callers of one
    /// stream call one at a time: their order is the stream's order. Does not wait for the disk.
    ///
    /// @param millis  when it was written, which is now
    /// @param message UTF-8; copied before this returns
    void append(LogStreamName stream, long millis, byte[] message);

    /// How long whoever has more for this stream had better wait, in milliseconds; 0 if what was appended gets worked
    /// off.
    default long pauseMillis(LogStreamName stream) {
        return 0;
    }
}
