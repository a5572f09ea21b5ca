package dev.boda.api.lambda;

import dev.boda.api.lambda.RequestedInvocations.Wish;
import dev.boda.async.AsyncInvocations.Accepted;
import dev.boda.aws.ApiCall;
import dev.boda.aws.EventStream;
import dev.boda.aws.ServiceOperations;
import dev.boda.engine.BufferedAnswer;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationPath;
import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ResponseSink;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionRules;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamRequest;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResponseStreamingInvocationType;

/// Runs a function, and answers with its whole answer or with the pieces of it as they come; or accepts an event for
/// it.
public final class InvokeOperations implements LambdaApi.Resource {

    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;

    /// AWS no longer tells apart errors that the function handled.
    static final String UNHANDLED = "Unhandled";

    private final RequestedInvocations requested;
    private final InvocationPath invocations;
    private final Consumer<Accepted> events;
    private final UnaryOperator<ResponseSink> streamed;

    /// @param events   takes those that are to be run later
    /// @param streamed what stands before an answer that is streamed
    public InvokeOperations(
            RequestedInvocations requested,
            InvocationPath invocations,
            Consumer<Accepted> events,
            UnaryOperator<ResponseSink> streamed) {
        this.events = events;
        this.requested = requested;
        this.invocations = invocations;
        this.streamed = streamed;
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on("Invoke", InvokeRequest::builder, LambdaApi.stored(this::invoke))
                .on("InvokeAsync", InvokeAsyncMessages.RequestBuilder::new, LambdaApi.stored(this::invokeAsync))
                .onStreamed(
                        "InvokeWithResponseStream",
                        InvokeWithResponseStreamRequest::builder,
                        this::invokeWithResponseStream);
    }

    public InvokeResponse invoke(InvokeRequest request, ApiCall call) throws InterruptedException {
        var reference = FunctionReference.ofAny(
                request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        if (request.invocationType() == InvocationType.EVENT) {
            events.accept(requested.event(reference, request.payload(), FunctionRules.ASYNC_PAYLOAD_BYTES, call));
            return InvokeResponse.builder().statusCode(ACCEPTED).build();
        }
        boolean tail = request.logType() == LogType.TAIL;
        var invocation = requested.of(new Wish(reference, request.payload(), request.clientContext(), tail), call);
        if (request.invocationType() == InvocationType.DRY_RUN) {
            return InvokeResponse.builder().statusCode(NO_CONTENT).build();
        }
        requested.refuseLoop(invocation);
        requested.announce(invocation, call);
        return run(invocation);
    }

    /// Invoke's predecessor, for events only.
    InvokeAsyncMessages.Response invokeAsync(InvokeAsyncMessages.Request request, ApiCall call)
            throws InterruptedException {
        var reference = FunctionReference.ofAny(request.functionName(), Optional.empty(), call.caller());
        events.accept(requested.event(reference, request.invokeArgs(), FunctionRules.LEGACY_PAYLOAD_BYTES, call));
        return new InvokeAsyncMessages.Response(ACCEPTED);
    }

    private InvokeResponse run(Invocation invocation) throws InterruptedException {
        var answer = new BufferedAnswer(FunctionRules.RESPONSE_BYTES);
        var result = EngineErrors.mapped(() -> invocations.invoke(invocation, answer));
        var response = InvokeResponse.builder()
                .statusCode(OK)
                .executedVersion(invocation.version().version());
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

    public void invokeWithResponseStream(
            InvokeWithResponseStreamRequest request, ApiCall call, EventStream<InvokeWithResponseStreamResponse> events)
            throws InterruptedException, IOException {
        var reference = FunctionReference.ofAny(
                request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        boolean tail = request.logType() == LogType.TAIL;
        var invocation = requested.of(new Wish(reference, request.payload(), request.clientContext(), tail), call);
        if (request.invocationType() == ResponseStreamingInvocationType.DRY_RUN) {
            events.begin(InvokeWithResponseStreamResponse.builder()
                    .statusCode(NO_CONTENT)
                    .build());
            events.end();
            return;
        }
        requested.refuseLoop(invocation);
        requested.announce(invocation, call);
        var head = InvokeWithResponseStreamResponse.builder()
                .statusCode(OK)
                .executedVersion(invocation.version().version())
                .build();
        var answer = new EventAnswer(events, head);
        answer.finish(EngineErrors.mapped(() -> invocations.invoke(invocation, streamed.apply(answer))));
    }
}
