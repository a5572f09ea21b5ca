package dev.boda.bench;

import dev.boda.bench.load.Load;
import dev.boda.bench.load.LoadResult;
import dev.boda.bench.load.StreamLoop;
import dev.boda.bench.subject.ProcessorTime;
import dev.boda.bench.subject.ResidentMemory;
import java.io.IOException;
import java.time.Duration;

/// Answers of one server that are read as they come.
final class Streams implements Experiment {

    /// Which time counts.
    enum Until {
        FIRST_BYTE,
        END
    }

    private static final long NOT_STREAMED_YET = -1;

    private final Label label;
    private final Load load;
    private final Until until;
    private final Duration pause;
    private final long pid;
    private long megabytesBefore = NOT_STREAMED_YET;

    /// @param load  with a time that does not matter, and the number of bytes that the function answers
    /// @param pause of a caller between two calls
    /// @param pid   the server's
    Streams(Label label, Load load, Until until, Duration pause, long pid) {
        this.label = label;
        this.load = load;
        this.until = until;
        this.pause = pause;
        this.pid = pid;
    }

    @Override
    public Label label() {
        return label;
    }

    @Override
    public void warmUp(Duration time) throws IOException, InterruptedException {
        WarmUp.of(this, time, pid);
    }

    @Override
    public Sample run(Duration time) throws IOException, InterruptedException {
        if (megabytesBefore == NOT_STREAMED_YET) {
            megabytesBefore = ResidentMemory.megabytes(pid);
        }
        ResidentMemory.forgetPeak(pid);
        var before = ProcessorTime.of(pid);
        long generatorBefore = ProcessorTime.ownNanos();
        var result = StreamLoop.run(load.during(time), pause.toNanos());
        long generator = ProcessorTime.ownNanos() - generatorBefore;
        var spent = ProcessorTime.of(pid).since(before);
        var cost = new Sample.Cost(spent.serverNanos(), spent.runtimesNanos(), generator, result.signing());
        var latency = until == Until.FIRST_BYTE ? result.firstByte() : result.whole();
        var flow = until == Until.FIRST_BYTE
                ? Sample.Flow.NONE
                : new Sample.Flow(result.bytes(), megabytesBefore, ResidentMemory.peakMegabytes(pid));
        return new Sample(
                latency.getTotalCount(), latency, LoadResult.histogram(), result.errors(), result.nanos(), cost, flow);
    }
}
