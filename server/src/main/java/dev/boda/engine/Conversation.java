package dev.boda.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How far an environment and its runtime are with each other: the `next` that waits, the invocation, its answer.
/// Part of its [ExecutionEnvironment], whose monitor guards it.
final class Conversation {

    private @Nullable NextRequest parked;
    private @Nullable NextRequest deliveredTo;
    private @Nullable Placement placement;
    private @Nullable InvocationResult answer;
    private boolean answering;
    private String answeringAs = "";
    private @Nullable String requestId;

    /// An invocation that has its answer, and the answer.
    record Answered(Placement placement, InvocationResult answer) {}

    /// The runtime waits for work, with this request and no other.
    void park(NextRequest request) throws RuntimeRefusedException {
        if (answering) {
            throw RuntimeRefusedException.invalidTransition(state(), "Ready");
        }
        wake();
        parked = request;
    }

    /// The request that waits must look.
    void wake() {
        if (parked != null) {
            parked.wake();
        }
    }

    @Nullable
    NextRequest parked() {
        return parked;
    }

    boolean hasParked(NextRequest request) {
        return parked == request;
    }

    /// There is an invocation now.
    void adopt(Placement adopted) {
        placement = adopted;
        answer = null;
        deliveredTo = null;
    }

    /// Whether there is an invocation that the runtime has to answer.
    boolean isOpen() {
        return placement != null && answer == null;
    }

    boolean hasPlacement() {
        return placement != null;
    }

    boolean answering() {
        return answering;
    }

    /// The parked request gets the invocation. Refuses when the runtime has asked again since.
    Placement deliver(NextRequest request) throws RuntimeRefusedException {
        if (parked != request) {
            throw RuntimeRefusedException.closed();
        }
        var delivered = Objects.requireNonNull(placement);
        parked = null;
        deliveredTo = request;
        requestId = delivered.invocation().requestId();
        return delivered;
    }

    /// The request's connection is gone. Whether the runtime is lost with it; an invocation on its way there then
    /// counts as not delivered.
    boolean letGo(NextRequest request) {
        boolean onItsWay = deliveredTo == request && isOpen() && !answering;
        if (parked != request && !onItsWay) {
            return false;
        }
        deliveredTo = null;
        return true;
    }

    /// The runtime begins to answer.
    ///
    /// @param to what the runtime becomes by that, in AWS's names
    Placement beginAnswer(String id, String to) throws RuntimeRefusedException {
        if (!id.equals(requestId)) {
            throw RuntimeRefusedException.invalidRequestId();
        }
        if (placement == null || deliveredTo == null || answering || answer != null) {
            throw RuntimeRefusedException.invalidTransition(state(), to);
        }
        answering = true;
        answeringAs = to;
        return placement;
    }

    /// The answer is over. Whether it is taken: its invocation may have ended otherwise.
    boolean endAnswer(Placement placed, InvocationResult result, boolean takes) {
        answering = false;
        boolean taken = takes && placement == placed;
        if (taken) {
            answer = result;
        }
        return taken;
    }

    /// Takes the invocation out if it has its answer.
    @Nullable
    Answered takeAnswered() {
        if (placement == null || answer == null) {
            return null;
        }
        var answered = new Answered(placement, answer);
        placement = null;
        answer = null;
        return answered;
    }

    /// Takes out what there is, in the end.
    ///
    /// @param at  when that is, on the engine's clock
    /// @param age of the environment then, in nanoseconds
    Remains takeRemains(boolean initialised, long at, long age) {
        var remains = new Remains(placement, answer, deliveredTo != null, initialised, at, age);
        placement = null;
        return remains;
    }

    /// The runtime's state, in AWS's names. Source: `core/runtime_state_names.go` of AWS's
    /// aws-lambda-runtime-interface-emulator.
    String state() {
        if (answering) {
            return answeringAs;
        }
        if (answer != null) {
            return "RuntimeResponseSentState";
        }
        if (placement != null && deliveredTo != null) {
            return "Running";
        }
        return parked == null ? "Started" : "Ready";
    }
}
