package dev.boda.bench;

import dev.boda.bench.load.LoadResult;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/// Something done once at a time, with what must be done before and after and is not measured.
///
/// @param server its process, if a JVM's compilers are to settle first
record OneByOne(Label label, Step step, OptionalLong server) implements Experiment {

    private static final int FEWEST = 3;

    /// What is done.
    interface Step {

        /// Does it and says how long the part that counts took, in nanoseconds; negative when it failed.
        long measure(int turn) throws IOException, InterruptedException;
    }

    OneByOne(Label label, Step step) {
        this(label, step, OptionalLong.empty());
    }

    @Override
    public void warmUp(Duration time) throws IOException, InterruptedException {
        if (server.isPresent()) {
            WarmUp.of(this, time, server.getAsLong());
        } else {
            var _ = run(time);
        }
    }

    @Override
    public Sample run(Duration time) throws IOException, InterruptedException {
        var latency = LoadResult.histogram();
        long begun = System.nanoTime();
        long busy = 0;
        int errors = 0;
        for (int turn = 0; turn < FEWEST || System.nanoTime() - begun < time.toNanos(); turn++) {
            long nanos = step.measure(turn);
            if (nanos < 0) {
                errors++;
            } else {
                LoadResult.record(latency, nanos);
                busy += nanos;
            }
        }
        return new Sample(
                latency.getTotalCount(), latency, LoadResult.histogram(), errors, Math.max(1, busy), Sample.Cost.NONE);
    }
}
