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
        this(reason, reason.wire());
    }

    /// @param message for whoever runs the server
    private ThrottledException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /// All environments that the server may have are busy.
    static ThrottledException noEnvironmentLeft(int most) {
        return new ThrottledException(
                Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED,
                "all " + most + " execution environments that the server may have are busy (--max-environments)");
    }

    public Reason reason() {
        return reason;
    }
}
