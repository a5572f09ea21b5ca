package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.TraceHeaders;
import dev.boda.engine.BufferedAnswer;
import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationResult;
import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ThrottledException;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionRules;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LambdaErrors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/// Invoke: runs a function and waits for its answer.
public final class InvokeOperations {

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    /// Says which runtime really ran a function whose own is not installed.
    private static final String RUNTIME_HEADER = "X-Boda-Runtime";

    /// AWS tells the trace of an invocation to its caller, too.
    private static final String TRACE_HEADER = "X-Amzn-Trace-Id";

    /// AWS no longer tells apart errors that the function handled.
    private static final String UNHANDLED = "Unhandled";

    /// What a function gets whose caller sent nothing (recorded).
    private static final byte[] NO_PAYLOAD = "{}".getBytes(StandardCharsets.US_ASCII);

    private final FunctionCatalog catalog;
    private final Invocations invocations;
    private final TraceHeaders traces;
    private final InstalledRuntimes runtimes;

    /// The engine's invocation path.
    @FunctionalInterface
    public interface Invocations {

        InvocationResult invoke(Invocation invocation, ResponseSink answer)
                throws ThrottledException, EnvironmentUnavailableException, InterruptedException;
    }

    public InvokeOperations(
            FunctionCatalog catalog, Invocations invocations, InstalledRuntimes runtimes, TraceHeaders traces) {
        this.catalog = catalog;
        this.invocations = invocations;
        this.runtimes = runtimes;
        this.traces = traces;
    }

    public InvokeResponse invoke(InvokeRequest request, ApiCall call) throws InterruptedException {
        var reference = FunctionReference.ofAny(
                request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        if (request.invocationType() == InvocationType.EVENT) {
            throw LambdaErrors.notSupported("InvocationType Event");
        }
        var payload = payload(request.payload());
        var version = catalog.resolve(reference);
        JsonPayload.check(payload);
        var clientContext = ClientContext.decode(request.clientContext());
        if (request.invocationType() == InvocationType.DRY_RUN) {
            return InvokeResponse.builder().statusCode(NO_CONTENT).build();
        }
        boolean tail = request.logType() == LogType.TAIL;
        var invocation = new Invocation(
                version,
                call.requestId(),
                payload,
                reference.arn(),
                traces.of(call.exchange().headers(), version.settings().tracingMode()),
                clientContext,
                tail);
        call.answerHeaders().add(TRACE_HEADER, invocation.traceHeader());
        runtimes.standIn(version.runtime())
                .ifPresent(name -> call.answerHeaders().add(RUNTIME_HEADER, name));
        return run(invocation, version);
    }

    private static byte[] payload(@Nullable SdkBytes sent) {
        if (sent == null) {
            return NO_PAYLOAD;
        }
        var bytes = sent.asByteArrayUnsafe();
        FunctionRules.checkPayload(bytes.length);
        return bytes.length == 0 ? NO_PAYLOAD : bytes;
    }

    private InvokeResponse run(Invocation invocation, FunctionVersion version) throws InterruptedException {
        var answer = new BufferedAnswer(FunctionRules.RESPONSE_BYTES);
        var result = EngineErrors.mapped(() -> invocations.invoke(invocation, answer));
        var response = InvokeResponse.builder().statusCode(OK).executedVersion(version.version());
        switch (result) {
            case Success _ -> response.payload(SdkBytes.fromByteArrayUnsafe(answer.bytes()));
            case FunctionError error ->
                response.functionError(UNHANDLED).payload(SdkBytes.fromByteArrayUnsafe(FunctionErrorPayload.of(error)));
        }
        var logTail = result.logTail();
        if (logTail != null) {
            response.logResult(Base64.getEncoder().encodeToString(logTail));
        }
        return response.build();
    }
}
