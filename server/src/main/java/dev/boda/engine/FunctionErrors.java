package dev.boda.engine;

import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.sandbox.Sandbox.Exit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// AWS's types and sentences for functions that fail without saying so themselves.
final class FunctionErrors {

    static final String EXIT = "Runtime.ExitError";
    static final String ENTRYPOINT = "Runtime.InvalidEntrypoint";
    private static final String OUT_OF_MEMORY = "Runtime.OutOfMemory";

    private FunctionErrors() {}

    /// `RequestId: … Error: Task timed out after 3.00 seconds`
    static FunctionError timedOut(String requestId, int timeoutSeconds) {
        return of(
                "Sandbox.Timedout", requestId, String.format(Locale.ROOT, "Task timed out after %.2f seconds", (double)
                        timeoutSeconds));
    }

    /// `RequestId: … Error: Runtime exited with error: exit status 1`. Also for want of memory the caller reads of an
    /// exit, by the signal `killed`; REPORT has the reason ([#exitType(Exit)]).
    static FunctionError exited(String requestId, Exit exit) {
        return of(EXIT, requestId, exitSentence(exit));
    }

    /// `RequestId: … Error: fork/exec /var/task/bootstrap: permission denied`
    static FunctionError noProgram(String requestId, String why) {
        return of(ENTRYPOINT, requestId, why);
    }

    /// The runtime let go of its `next` for good: no status is known.
    static FunctionError gone(String requestId) {
        return of(EXIT, requestId, "Runtime exited without providing a reason");
    }

    static FunctionError responseTooLarge(ResponseTooLargeException cause) {
        String sentence = cause.getMessage();
        return new FunctionError("Function.ResponseSizeTooLarge", sentence == null ? "" : sentence, null, null);
    }

    static FunctionError truncated() {
        return new FunctionError("Runtime.TruncatedResponse", "Response truncated", null, null);
    }

    /// As the runtime said it.
    static FunctionError reported(String errorType, byte[] payload) {
        return new FunctionError(errorType, "", payload, null);
    }

    /// The type as REPORT and INIT_REPORT have it.
    static String exitType(Exit exit) {
        return exit instanceof Exit.OutOfMemory ? OUT_OF_MEMORY : EXIT;
    }

    static InvocationResult withTail(InvocationResult result, byte @Nullable [] tail) {
        return switch (result) {
            case InvocationResult.Success _ -> new InvocationResult.Success(tail);
            case FunctionError(var type, var message, var payload, var _) ->
                new FunctionError(type, message, payload, tail);
        };
    }

    private static FunctionError of(String type, String requestId, String sentence) {
        return new FunctionError(type, "RequestId: " + requestId + " Error: " + sentence, null, null);
    }

    private static String exitSentence(Exit exit) {
        return switch (exit) {
            case Exit.Status(int code) when code == 0 -> "Runtime exited without providing a reason";
            case Exit.Status(int code) -> "Runtime exited with error: exit status " + code;
            case Exit.Signal(int number) -> "Runtime exited with error: signal: " + signalName(number);
            case Exit.OutOfMemory() -> "Runtime exited with error: signal: " + signalName(9);
        };
    }

    /// As Go's `syscall.Signal` prints them on Linux, which AWS's supervisor does.
    private static String signalName(int number) {
        return switch (number) {
            case 1 -> "hangup";
            case 2 -> "interrupt";
            case 3 -> "quit";
            case 4 -> "illegal instruction";
            case 5 -> "trace/breakpoint trap";
            case 6 -> "aborted";
            case 7 -> "bus error";
            case 8 -> "floating point exception";
            case 9 -> "killed";
            case 10 -> "user defined signal 1";
            case 11 -> "segmentation fault";
            case 12 -> "user defined signal 2";
            case 13 -> "broken pipe";
            case 14 -> "alarm clock";
            case 15 -> "terminated";
            default -> "signal " + number;
        };
    }
}
