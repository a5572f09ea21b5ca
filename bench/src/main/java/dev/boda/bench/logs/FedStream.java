package dev.boda.bench.logs;

import dev.boda.store.LogStreamName;
import dev.boda.telemetry.LogStore;
import java.nio.MappedByteBuffer;
import java.nio.charset.StandardCharsets;

/// The log stream of one environment: three lines of the platform and one of the function for each invocation. Notes
/// outside of the process what it has appended last: the number of the invocation, and when. For one thread.
final class FedStream {

    private static final String REPORT =
            "\tDuration: 0.21 ms\tBilled Duration: 1 ms\tMemory Size: 1769 MB\tMax Memory Used: 48 MB\t\n";

    private final LogStore store;
    private final LogStreamName name;
    private final MappedByteBuffer marks;
    private final int index;
    private long invocations;

    FedStream(LogStore store, LogStreamName name, MappedByteBuffer marks, int index) {
        this.store = store;
        this.name = name;
        this.marks = marks;
        this.index = index;
    }

    void invocation() {
        long now = System.currentTimeMillis();
        invocations++;
        var id = String.format("8f5d0000-1111-4222-8333-%012d", invocations);
        append(now, "START RequestId: " + id + " Version: $LATEST\n");
        append(now, "invocation=" + invocations + " time=" + now + " INFO what a function says when it is called\n");
        append(now, "END RequestId: " + id + "\n");
        append(now, "REPORT RequestId: " + id + REPORT);
        marks.putLong(index * LogFeed.MARK_BYTES, invocations);
        marks.putLong(index * LogFeed.MARK_BYTES + Long.BYTES, now);
    }

    private void append(long now, String line) {
        store.append(name, now, line.getBytes(StandardCharsets.UTF_8));
    }
}
