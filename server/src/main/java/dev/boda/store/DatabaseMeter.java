package dev.boda.store;

import dev.boda.meter.Histogram;
import java.util.concurrent.atomic.LongAdder;

/// Counts the writes of a database.
final class DatabaseMeter {

    private final Histogram writes = seconds();
    private final Histogram commits = seconds();
    private final LongAdder failed = new LongAdder();
    private volatile boolean failing;

    private static Histogram seconds() {
        return Histogram.ofSeconds(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5);
    }

    void written(long beganNanos) {
        writes.add(System.nanoTime() - beganNanos);
    }

    void committed(long beganNanos) {
        commits.add(System.nanoTime() - beganNanos);
        failing = false;
    }

    void notCommitted() {
        failed.increment();
        failing = true;
    }

    DatabaseFlow flow(String name, int waitingWrites, int waitingReads) {
        return new DatabaseFlow(
                name, writes.read(), commits.read(), failed.sum(), waitingWrites, waitingReads, failing);
    }
}
