package dev.boda.engine;

/// What a runtime asked of its environment is not allowed now. The message is AWS's sentence.
public final class RuntimeRefusedException extends Exception {

    private final Reason reason;

    /// AWS's error types of the Runtime API.
    public enum Reason {
        /// 400: the request id is not that of the invocation under way.
        INVALID_REQUEST_ID("InvalidRequestID"),
        /// 403: not in this state; also a second answer, and an answer that comes too late.
        INVALID_STATE_TRANSITION("InvalidStateTransition"),
        /// The environment has ended: there is nobody left to answer to.
        ENVIRONMENT_CLOSED("EnvironmentClosed");

        private final String wire;

        Reason(String wire) {
            this.wire = wire;
        }

        /// As AWS writes it.
        public String wire() {
            return wire;
        }
    }

    private RuntimeRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static RuntimeRefusedException invalidRequestId() {
        return new RuntimeRefusedException(Reason.INVALID_REQUEST_ID, "Invalid request ID");
    }

    /// @param from the runtime's state, in AWS's names: `Started`, `Ready`, `Running`, …
    static RuntimeRefusedException invalidTransition(String from, String to) {
        return new RuntimeRefusedException(
                Reason.INVALID_STATE_TRANSITION,
                "State transition from " + from + " to " + to
                        + " failed for runtime. Error: State transition is not allowed");
    }

    static RuntimeRefusedException closed() {
        return new RuntimeRefusedException(Reason.ENVIRONMENT_CLOSED, "The execution environment has ended");
    }

    public Reason reason() {
        return reason;
    }
}
