package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.util.EnumMap;
import java.util.List;

/// What the environments of one version do at a moment.
///
/// @param starting in the Init phase, ahead of any invocation
/// @param busy     with an invocation in it, be it answered already
/// @param idle     ready for an invocation
/// @param ending   in the Shutdown phase
/// @param waiting  invocations that wait for an environment
public record Occupancy(FunctionVersion version, int starting, int busy, int idle, int ending, int waiting) {

    /// Of the environments of one version, at least one.
    static Occupancy of(List<ExecutionEnvironment> environments, int waiting) {
        var inPhase = new EnumMap<Phase, Integer>(Phase.class);
        for (var environment : environments) {
            var phase = environment.phase();
            boolean initInInvocation = phase == Phase.INIT && environment.busy();
            inPhase.merge(initInInvocation ? Phase.INVOKE : phase, 1, Integer::sum);
        }
        return new Occupancy(
                environments.getFirst().version(),
                inPhase.getOrDefault(Phase.INIT, 0),
                inPhase.getOrDefault(Phase.INVOKE, 0),
                inPhase.getOrDefault(Phase.IDLE, 0),
                inPhase.getOrDefault(Phase.SHUTDOWN, 0),
                waiting);
    }

    /// Invocations that hold a slot: AWS's ConcurrentExecutions.
    public int concurrentExecutions() {
        return busy + waiting;
    }
}
