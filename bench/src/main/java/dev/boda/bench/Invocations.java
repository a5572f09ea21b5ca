package dev.boda.bench;

import dev.boda.bench.load.ClosedLoop;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.LoadResult;
import dev.boda.bench.load.OpenLoop;
import dev.boda.bench.load.Schedule;
import dev.boda.bench.subject.ProcessorTime;
import java.io.IOException;
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

    /// The same schedules in every run.
    private static final long SEED = 20_261_121;

    @Override
    public void warmUp(Duration time) throws IOException, InterruptedException {
        if (isSlow()) {
            var _ = run(time);
        } else {
            WarmUp.of(this, time, pid);
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
        long generatorBefore = ProcessorTime.ownNanos();
        var result = callsPerSecond == CLOSED ? ClosedLoop.run(timed) : open(timed);
        long generator = ProcessorTime.ownNanos() - generatorBefore;
        return Sample.of(result, ProcessorTime.of(pid).since(before), generator);
    }

    private LoadResult open(Load timed) throws IOException, InterruptedException {
        return OpenLoop.run(timed, Schedule.poisson(callsPerSecond, timed.time(), new SplittableRandom(SEED)));
    }
}
