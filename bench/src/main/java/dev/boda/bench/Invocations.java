package dev.boda.bench;

import dev.boda.bench.load.ClosedLoop;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.LoadResult;
import dev.boda.bench.load.OpenLoop;
import dev.boda.bench.load.Schedule;
import dev.boda.bench.subject.ProcessorTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;

/// A load on one server.
///
/// @param load           with a time that does not matter
/// @param callsPerSecond of an open loop, or [#CLOSED]
/// @param pid            the server's
record Invocations(Label label, Load load, double callsPerSecond, long pid) implements Experiment {

    static final double CLOSED = 0;

    private static final int SMALL_BYTES = 1_024;

    /// What the JVM's compilers may take of a processor when they are done with what runs most.
    private static final double SETTLED = 0.1;

    private static final int MOST_WARM_UPS = 8;

    /// The same schedules in every run.
    private static final long SEED = 20_261_121;

    /// Until the server's JVM has compiled what runs most, which takes it some ten thousand calls.
    @Override
    public void warmUp(Duration time) throws IOException, InterruptedException {
        boolean settled = false;
        for (int i = 0; i < MOST_WARM_UPS && !settled; i++) {
            long before = ProcessorTime.compilersNanos(pid);
            long began = System.nanoTime();
            var _ = run(time);
            long compiling = ProcessorTime.compilersNanos(pid) - before;
            settled = isSlow() || compiling < SETTLED * (System.nanoTime() - began);
        }
    }

    /// Whether it makes too few calls to warm anything up.
    private boolean isSlow() {
        return callsPerSecond != CLOSED || load.bodyBytes() >= SMALL_BYTES;
    }

    @Override
    public Sample run(Duration time) throws IOException, InterruptedException {
        var timed = load.during(time);
        var before = ProcessorTime.of(pid);
        long generatorBefore = ownNanos();
        var result = callsPerSecond == CLOSED ? ClosedLoop.run(timed) : open(timed);
        long generator = ownNanos() - generatorBefore;
        return Sample.of(result, ProcessorTime.of(pid).since(before), generator);
    }

    private LoadResult open(Load timed) throws IOException, InterruptedException {
        return OpenLoop.run(timed, Schedule.poisson(callsPerSecond, timed.time(), new SplittableRandom(SEED)));
    }

    private static long ownNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
