package dev.boda.engine;

import org.jspecify.annotations.Nullable;

/// How an invocation ended. A failing function is a result, not an exception.
///
/// Both carry `logTail`: the last 4 KB of the invocation's log, REPORT line included, if it was asked for.
public sealed interface InvocationResult {

    byte @Nullable [] logTail();

    /// The function answered; its answer is in the sink.
    record Success(byte @Nullable [] logTail) implements InvocationResult {}

    /// The function failed. If the runtime reported the error itself, `payload` is its report as it came;
    /// otherwise whoever answers the caller makes it of type and message.
    ///
    /// @param errorType    `Sandbox.Timedout`, `Runtime.ExitError`, `Function.ResponseSizeTooLarge`, or what the
    ///                     runtime reported
    /// @param errorMessage AWS's sentence, `RequestId: … Error: Task timed out after 3.00 seconds`
    record FunctionError(String errorType, String errorMessage, byte @Nullable [] payload, byte @Nullable [] logTail)
            implements InvocationResult {}
}
