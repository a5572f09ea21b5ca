package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import org.jspecify.annotations.Nullable;

/// What to run, once.
///
/// @param version            the snapshot that runs it
/// @param requestId          the id that the caller, the function and the logs see; a UUID
/// @param payload            the event, as sent
/// @param invokedFunctionArn the ARN as the caller named it, qualifier included
/// @param traceHeader        `X-Amzn-Trace-Id`, always present: `Root=1-…;Parent=…;Sampled=0`, and `;Lineage=…`
/// @param clientContext      JSON, as the caller's SDK sent it, decoded
/// @param tail               whether the caller wants the last 4 KB of its log
public record Invocation(
        FunctionVersion version,
        String requestId,
        byte[] payload,
        String invokedFunctionArn,
        String traceHeader,
        @Nullable String clientContext,
        boolean tail) {

    /// The same of another snapshot.
    Invocation with(FunctionVersion other) {
        return new Invocation(other, requestId, payload, invokedFunctionArn, traceHeader, clientContext, tail);
    }
}
