package dev.boda.functionurl;

import dev.boda.aws.ServiceException;
import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationPath;
import dev.boda.engine.InvocationResult;
import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ThrottledException;
import dev.boda.function.FunctionRules;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrl;
import dev.boda.function.FunctionVersion;
import dev.boda.function.LambdaErrors;
import dev.boda.functionurl.FunctionUrlDoor.Targets;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;

/// Runs the function of a URL and answers with what it answers.
///
/// @param pace    what a streamed answer goes through on its way
/// @param readers where large answers are understood
record UrlInvocations(
        Targets targets,
        InvocationPath invocations,
        FunctionTraces traces,
        UnaryOperator<ResponseSink> pace,
        Executor readers) {

    private static final int NOT_FOUND = 404;
    private static final int OK = 200;
    private static final int BAD_GATEWAY = 502;

    /// Larger answers take longer to understand than an I/O thread may be kept (`HttpHandler.isBrief`).
    private static final int BRIEF_BYTES = 64 << 10;

    /// What runs, and for which invocation.
    record Run(FunctionVersion version, String traceHeader) {}

    /// Finds the version that runs.
    Run find(FunctionUrl url, HttpHeaders request) throws UrlRefusal, InterruptedException {
        try {
            var version = targets.resolve(url.reference());
            return new Run(version, traces.of(request, version));
        } catch (ServiceException refusal) {
            throw refusal.status() == NOT_FOUND ? UrlRefusal.forbidden() : UrlRefusal.of(refusal);
        }
    }

    void run(Run run, UrlRequest request, byte[] body, UrlReply reply)
            throws UrlRefusal, IOException, InterruptedException {
        var invocation = new Invocation(
                run.version(),
                request.id(),
                payload(request, body),
                request.url().reference().arn(),
                run.traceHeader(),
                null,
                false);
        switch (request.url().invokeMode()) {
            case BUFFERED -> buffered(invocation, reply);
            case RESPONSE_STREAM -> streamed(invocation, reply);
        }
    }

    /// The event, which is what may not be larger than 6 MB: it is, where the body is binary, a third larger than that.
    private static byte[] payload(UrlRequest request, byte[] body) throws UrlRefusal {
        try {
            var payload = EventPayload.of(request, body);
            FunctionRules.checkPayload(payload.length);
            return payload;
        } catch (ServiceException tooLarge) {
            throw UrlRefusal.of(tooLarge);
        }
    }

    private void buffered(Invocation invocation, UrlReply reply) throws UrlRefusal, IOException, InterruptedException {
        var answer = new WholeAnswer();
        switch (invoke(invocation, answer)) {
            case FunctionError _ -> throw UrlRefusal.functionFailed();
            case Success _ -> reply.whole(understood(answer));
        }
    }

    private UrlAnswer understood(WholeAnswer answer) throws UrlRefusal, InterruptedException {
        var bytes = answer.bytes();
        try {
            return bytes.length <= BRIEF_BYTES
                    ? FunctionAnswer.of(answer.contentType(), bytes)
                    : elsewhere(answer.contentType(), bytes);
        } catch (MalformedAnswerException why) {
            throw UrlRefusal.malformed(why);
        }
    }

    /// On a thread of the system's: a virtual one would have this one's carrier.
    private UrlAnswer elsewhere(String contentType, byte[] bytes)
            throws MalformedAnswerException, InterruptedException {
        var task = new FutureTask<>(() -> FunctionAnswer.of(contentType, bytes));
        readers.execute(task);
        try {
            return task.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof MalformedAnswerException why) {
                throw why;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    private void streamed(Invocation invocation, UrlReply reply) throws UrlRefusal, IOException, InterruptedException {
        var answer = new StreamedAnswer(reply, FunctionRules.STREAMED_BYTES);
        InvocationResult result;
        try {
            result = invoke(invocation, pace.apply(answer));
        } catch (UrlRefusal refusal) {
            if (answer.claim()) {
                throw refusal;
            }
            reply.broken(refusal);
            return;
        } catch (RuntimeException broken) {
            if (answer.claim()) {
                throw broken;
            }
            reply.brokenBy(broken);
            return;
        }
        var lost = answer.lost();
        if (lost != null) {
            reply.unread(lost);
            return;
        }
        if (result instanceof FunctionError error) {
            if (answer.claim()) {
                throw UrlRefusal.functionFailed();
            }
            var said = "The function failed in the middle of its answer. " + error.errorMessage();
            reply.broken(UrlRefusal.of(error.errorType(), BAD_GATEWAY, said.strip()));
            return;
        }
        var whole = answer.whole();
        if (whole.isPresent()) {
            reply.whole(asItIs(whole.get()));
        } else if (answer.finished()) {
            reply.streamed(answer.status());
        } else {
            reply.unread(new ClosedChannelException());
        }
    }

    private UrlAnswer asItIs(WholeAnswer answer) throws UrlRefusal, InterruptedException {
        var type = answer.contentType();
        if (AnswerPrelude.begins(type)) {
            return understood(answer);
        }
        var headers = HttpHeaders.builder().add("Content-Type", type.isEmpty() ? AnswerPrelude.OTHERWISE : type);
        return new UrlAnswer(OK, headers, answer.bytes());
    }

    private InvocationResult invoke(Invocation invocation, ResponseSink answer)
            throws UrlRefusal, InterruptedException {
        try {
            return invocations.invoke(invocation, answer);
        } catch (ThrottledException e) {
            throw UrlRefusal.of(LambdaErrors.throttled(e.reason().wire(), e.limit(), e));
        } catch (EnvironmentUnavailableException e) {
            throw UrlRefusal.of(LambdaErrors.unavailable(e.getMessage()));
        }
    }
}
