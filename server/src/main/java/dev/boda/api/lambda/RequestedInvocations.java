package dev.boda.api.lambda;

import dev.boda.async.AsyncInvocations.Accepted;
import dev.boda.aws.ApiCall;
import dev.boda.engine.Invocation;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionRules;
import dev.boda.function.FunctionTraces;
import dev.boda.function.RecursiveLoops;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/// Makes an invocation of what a caller of Lambda's API asks for.
public final class RequestedInvocations {

    /// Says which runtime really ran a function whose own is not installed.
    private static final String RUNTIME_HEADER = "X-Boda-Runtime";

    /// AWS tells the trace of an invocation to its caller, too.
    private static final String TRACE_HEADER = "X-Amzn-Trace-Id";

    /// What a function gets whose caller sent nothing (recorded).
    private static final byte[] NO_PAYLOAD = "{}".getBytes(StandardCharsets.US_ASCII);

    private final FunctionCatalog catalog;
    private final InstalledRuntimes runtimes;
    private final FunctionTraces traces;
    private final RecursiveLoops loops;

    public RequestedInvocations(FunctionCatalog catalog, InstalledRuntimes runtimes, FunctionTraces traces) {
        this.catalog = catalog;
        this.runtimes = runtimes;
        this.traces = traces;
        this.loops = new RecursiveLoops(catalog);
    }

    /// What is asked for.
    ///
    /// @param payload       as sent
    /// @param clientContext as sent: JSON in Base64
    /// @param tail          whether the end of the log is wanted
    record Wish(
            FunctionReference reference,
            @Nullable SdkBytes payload,
            @Nullable String clientContext,
            boolean tail) {}

    /// Refuses what cannot be accepted. Nothing that a mobile SDK tells of itself goes along with an event.
    ///
    /// @param mostBytes of the event
    Accepted event(FunctionReference reference, @Nullable SdkBytes payload, int mostBytes, ApiCall call)
            throws InterruptedException {
        var event = sent(payload);
        FunctionRules.checkEvent(event.length, mostBytes);
        var version = catalog.resolve(reference);
        JsonPayload.check(event);
        var trace = traces.of(call.exchange().headers(), version);
        call.answerHeaders().add(TRACE_HEADER, trace);
        var functionId = catalog.require(reference.function()).function().id();
        return new Accepted(reference, functionId, call.requestId(), event, trace);
    }

    /// Refuses what cannot be run.
    Invocation of(Wish wish, ApiCall call) throws InterruptedException {
        var payload = sent(wish.payload());
        FunctionRules.checkPayload(payload.length);
        var version = catalog.resolve(wish.reference());
        JsonPayload.check(payload);
        return new Invocation(
                version,
                call.requestId(),
                payload,
                wish.reference().arn(),
                traces.of(call.exchange().headers(), version),
                ClientContext.decode(wish.clientContext()),
                wish.tail());
    }

    /// Refuses what runs in a loop: by now, whoever waits for it.
    void refuseLoop(Invocation invocation) {
        loops.refuse(invocation.version().function(), invocation.traceHeader());
    }

    /// It is going to run: tells the caller by what, and under which trace.
    void announce(Invocation invocation, ApiCall call) {
        call.answerHeaders().add(TRACE_HEADER, invocation.traceHeader());
        runtimes.standIn(invocation.version().runtime())
                .ifPresent(name -> call.answerHeaders().add(RUNTIME_HEADER, name));
    }

    private static byte[] sent(@Nullable SdkBytes payload) {
        var bytes = payload == null ? NO_PAYLOAD : payload.asByteArrayUnsafe();
        return bytes.length == 0 ? NO_PAYLOAD : bytes;
    }
}
