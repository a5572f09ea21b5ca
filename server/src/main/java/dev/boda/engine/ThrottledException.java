package dev.boda.engine;

import java.util.Optional;

/// There is no slot for the invocation now, or no room for what would run it.
public final class ThrottledException extends Exception {

    private final Reason reason;
    private final Optional<String> limit;

    /// AWS's reasons of `TooManyRequestsException`.
    public enum Reason {
        CONCURRENT_INVOCATION_LIMIT_EXCEEDED("ConcurrentInvocationLimitExceeded"),
        RESERVED_FUNCTION_CONCURRENT_INVOCATION_LIMIT_EXCEEDED("ReservedFunctionConcurrentInvocationLimitExceeded"),
        FUNCTION_INVOCATION_RATE_LIMIT_EXCEEDED("FunctionInvocationRateLimitExceeded"),
        RESERVED_FUNCTION_INVOCATION_RATE_LIMIT_EXCEEDED("ReservedFunctionInvocationRateLimitExceeded");

        private final String wire;

        Reason(String wire) {
            this.wire = wire;
        }

        /// As AWS writes it.
        public String wire() {
            return wire;
        }
    }

    /// One of AWS's limits is reached.
    public ThrottledException(Reason reason) {
        this(reason, Optional.empty());
    }

    private ThrottledException(Reason reason, Optional<String> limit) {
        super(limit.orElse(reason.wire()), null, false, false);
        this.reason = reason;
        this.limit = limit;
    }

    /// A limit is reached that AWS has not: one of the machine, or of the server.
    ///
    /// @param limit which, in a sentence for the caller and for the server's log
    public static ThrottledException ofMachine(String limit) {
        return new ThrottledException(Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED, Optional.of(limit));
    }

    /// The function had as many new environments lately as its [ScalingRate] allows.
    static ThrottledException scalesTooFast() {
        return new ThrottledException(Reason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED);
    }

    /// Other environments' Inits kept the processors busy for too long.
    static ThrottledException noTurn(int most) {
        return ofMachine("So many execution environments wait to be started, " + most
                + " at a time, that the turn of this one did not come.");
    }

    /// Init failed again and again, and tries are spaced.
    static ThrottledException initFails() {
        return ofMachine("The function's Init fails, and is tried now and then only; its log tells why.");
    }

    public Reason reason() {
        return reason;
    }

    /// What the caller is told beside the reason; empty if the reason says it all.
    public Optional<String> limit() {
        return limit;
    }
}
