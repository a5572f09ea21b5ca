package dev.boda.bench;

import dev.boda.bench.subject.ProcessorTime;
import java.io.IOException;
import java.time.Duration;

/// Until the server's JVM has compiled what runs most, which takes it some ten thousand calls, or some fifty cold
/// starts.
final class WarmUp {

    /// What the JVM's compilers may take of a processor when they are done with what runs most.
    private static final double SETTLED = 0.1;

    private static final int MOST = 8;

    private WarmUp() {}

    /// Runs `experiment` for `time`, again and again.
    ///
    /// @param pid of the server
    static void of(Experiment experiment, Duration time, long pid) throws IOException, InterruptedException {
        boolean settled = false;
        for (int i = 0; i < MOST && !settled; i++) {
            long before = ProcessorTime.compilersNanos(pid);
            long began = System.nanoTime();
            var _ = experiment.run(time);
            long compiling = ProcessorTime.compilersNanos(pid) - before;
            settled = compiling < SETTLED * (System.nanoTime() - began);
        }
    }
}
