package dev.boda.engine;

/// There is no slot for the invocation now.
public final class ThrottledException extends Exception {

    private final Reason reason;

    /// AWS's reasons of `TooManyRequestsException`.
    public enum Reason {
        CONCURRENT_INVOCATION_LIMIT_EXCEEDED("ConcurrentInvocationLimitExceeded"),
        RESERVED_FUNCTION_CONCURRENT_INVOCATION_LIMIT_EXCEEDED("ReservedFunctionConcurrentInvocationLimitExceeded");

        private final String wire;

        Reason(String wire) {
            this.wire = wire;
        }

        /// As AWS writes it.
        public String wire() {
            return wire;
        }
    }

    public ThrottledException(Reason reason) {
        super(reason.wire());
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
