package dev.boda.bench;

import dev.boda.bench.load.LoadResult;
import dev.boda.bench.subject.ProcessorTime;
import org.HdrHistogram.Histogram;

/// What an experiment met in one round.
///
/// @param calls    that were answered as they should be
/// @param latency  nanoseconds, from the intended start
/// @param lateness of the generator, in an open loop; otherwise empty
/// @param nanos    all of the round's time
/// @param flow     what was streamed
record Sample(long calls, Histogram latency, Histogram lateness, long errors, long nanos, Cost cost, Flow flow) {

    /// Processor time in all, nanoseconds.
    ///
    /// @param server    of the server's process
    /// @param runtimes  of what runs below it
    /// @param generator of the benchmark's own process
    /// @param signing   of it, on signatures
    record Cost(long server, long runtimes, long generator, long signing) {

        static final Cost NONE = new Cost(0, 0, 0, 0);

        Cost plus(Cost other) {
            return new Cost(
                    server + other.server,
                    runtimes + other.runtimes,
                    generator + other.generator,
                    signing + other.signing);
        }
    }

    /// What was streamed, and the memory of the server that did (VmRSS, in MB).
    ///
    /// @param bytes  of functions' answers that callers have received
    /// @param before anything was streamed
    /// @param most   at any moment of the round
    record Flow(long bytes, long before, long most) {

        static final Flow NONE = new Flow(0, Long.MAX_VALUE, 0);

        Flow plus(Flow other) {
            return new Flow(bytes + other.bytes, Math.min(before, other.before), Math.max(most, other.most));
        }
    }

    Sample(long calls, Histogram latency, Histogram lateness, long errors, long nanos, Cost cost) {
        this(calls, latency, lateness, errors, nanos, cost, Flow.NONE);
    }

    static Sample of(LoadResult load, ProcessorTime.Spent spent, long generatorNanos) {
        var cost = new Cost(spent.serverNanos(), spent.runtimesNanos(), generatorNanos, load.signing());
        return new Sample(load.calls(), load.latency(), load.lateness(), load.errors(), load.nanos(), cost);
    }
}
