package dev.boda.engine;

import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.runtime.Runtime;
import dev.boda.sandbox.Sandbox;
import dev.boda.telemetry.EnvironmentLog;
import dev.boda.telemetry.EnvironmentLog.InitPhase;
import dev.boda.telemetry.InvocationReport;
import dev.boda.telemetry.InvocationReport.Outcome;
import dev.boda.telemetry.metrics.FunctionMeter;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Writes what the platform says in the log of one environment: START, END and REPORT around each invocation's output.
/// Counts in the function's meter what REPORT says. Called by the owner of the invocation, one at a time.
final class Journal {

    /// A process cannot touch more than some tens of megabytes in this time, and its own peak is not lost: the next
    /// note has it.
    private static final Duration LONGEST_UNMEASURED = Duration.ofMillis(20);

    private final EnvironmentLog log;
    private final FunctionMeter meter;
    private final EngineClock clock;
    private volatile @Nullable Sandbox sandbox;
    private volatile LongConsumer whenMore = _ -> {};
    private volatile @Nullable Duration initDuration;
    private volatile long peakBytes;
    private volatile long takenBytes;
    /// Of the owner of the invocation; the first is always measured.
    private Duration unmeasured = LONGEST_UNMEASURED;

    Journal(EnvironmentLog log, FunctionMeter meter, EngineClock clock) {
        this.log = log;
        this.meter = meter;
        this.clock = clock;
    }

    EnvironmentLog log() {
        return log;
    }

    /// @param more is told, in bytes, when the sandbox has used more memory than before
    void attach(Sandbox started, LongConsumer more) {
        whenMore = more;
        sandbox = started;
    }

    /// Init begins.
    ///
    /// @param ahead of any invocation; otherwise it is repeated, as part of one
    void initBegan(Runtime runtime, InitializationType type, boolean ahead) {
        meter.initBegan();
        if (ahead) {
            log.initStart(runtime, type.wire());
        }
    }

    /// Init ended well, ahead of an invocation: the first REPORT tells how long it took.
    void initEnded(Duration duration) {
        meter.initEnded(duration);
        initDuration = duration;
    }

    /// The environment is beyond Init, and nobody has it yet.
    void initialised() {
        measure();
        Duration ahead = initDuration;
        if (ahead != null) {
            log.initEnded(ahead);
        }
    }

    void initReport(InitPhase phase, Duration duration, Outcome.Failure failure) {
        meter.initFailed();
        log.initReport(phase, duration, failure);
    }

    void start(Placement placement) {
        placement.startLog(log);
    }

    /// Delivers what the processes have written.
    void drain() {
        Sandbox running = sandbox;
        if (running != null) {
            running.drainOutput();
        }
    }

    /// The runtime asked for more at `now`; everything it wrote before has been drained. Notes the memory used, unless
    /// too little time was spent since the last note to have used much more: asking costs as much as a call.
    ///
    /// @return the tail, if the caller asked for it
    byte @Nullable [] settled(Placement placement, InvocationResult result, long now) {
        var duration = Duration.ofNanos(now - placement.startedAt());
        meter.invoked(duration, result instanceof FunctionError);
        unmeasured = unmeasured.plus(duration);
        if (unmeasured.compareTo(LONGEST_UNMEASURED) >= 0) {
            measure();
            unmeasured = Duration.ZERO;
        }
        return end(placement, duration, new Outcome.Success());
    }

    /// The environment ended at `now` with the invocation in it; its output has been delivered.
    ///
    /// @param result absent when the server ended it
    /// @return the tail, if the caller asked for it
    byte @Nullable [] broke(Placement placement, @Nullable InvocationResult result, long now, Outcome outcome) {
        start(placement);
        var invocation = placement.invocation();
        var duration = Duration.ofNanos(now - placement.startedAt());
        switch (outcome) {
            case Outcome.Timeout() -> {
                duration = Duration.ofSeconds(invocation.version().timeoutSeconds());
                log.timedOut(invocation.requestId(), duration);
            }
            case Outcome.Error _
            when result instanceof FunctionError(var type, var message, var payload, var _) && payload == null ->
                log.broke(message, type);
            case Outcome.Error _, Outcome.Success _ -> {}
        }
        if (result != null) {
            meter.invoked(duration, result instanceof FunctionError);
        }
        return end(placement, duration, outcome);
    }

    /// The environment ended before its runtime had the invocation, which goes elsewhere.
    void abandon(Placement placement, Outcome outcome) {
        byte[] _ = end(placement, Duration.ofNanos(clock.nanos() - placement.startedAt()), outcome);
    }

    /// Notes the memory used so far, for what is asked once: a process that has ended may not be told of any more.
    void measure() {
        Sandbox running = sandbox;
        if (running != null) {
            peakBytes = Math.max(peakBytes, running.peakMemoryBytes());
            // What REPORT does not count takes room, too: the kernel's own, files in memory.
            long taken = Math.max(peakBytes, running.memoryBytes());
            if (taken > takenBytes) {
                takenBytes = taken;
                whenMore.accept(taken);
            }
        }
    }

    private byte @Nullable [] end(Placement placement, Duration duration, Outcome outcome) {
        Duration init = initDuration;
        initDuration = null;
        return log.end(new InvocationReport(placement.invocation().requestId(), duration, init, peakBytes, outcome));
    }
}
