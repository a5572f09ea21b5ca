package dev.boda.runtimeapi;

import dev.boda.engine.Answer;
import dev.boda.engine.ExecutionEnvironment;
import dev.boda.engine.NextRequest;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.engine.RuntimeRefusedException;
import dev.boda.http.BodyTooLargeException;
import dev.boda.http.HostHeader;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The Runtime API of one environment: a request is one of its verbs, or refused.
///
/// A request whose environment has ended is not answered: its runtime is being killed, and an answer would only make
/// it complain in the function's log. Its connection ends with the environment's listener.
final class RuntimeApi implements HttpHandler {

    private static final String VERSION = "/2018-06-01";
    private static final String NEXT = VERSION + "/runtime/invocation/next";
    private static final String INIT_ERROR = VERSION + "/runtime/init/error";
    private static final String INVOCATION = VERSION + "/runtime/invocation/";
    private static final String RESPONSE = "/response";
    private static final String ERROR = "/error";

    private static final String RESPONSE_MODE = "Lambda-Runtime-Function-Response-Mode";

    private static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
    private static final String ERROR_BODY = "Lambda-Runtime-Function-Error-Body";

    /// 6 MB and the room AWS leaves around them.
    private static final int LARGEST_ERROR_BYTES = 6 * 1024 * 1024 + 100;

    private static final int SMALLEST_BUFFER_BYTES = 512;
    private static final int LARGEST_BUFFER_BYTES = 64 * 1024;

    private final ExecutionEnvironment environment;

    RuntimeApi(ExecutionEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException, InterruptedException {
        try {
            route(exchange).answer(exchange);
        } catch (RuntimeRefusedException refused) {
            switch (refused.reason()) {
                case INVALID_REQUEST_ID, INVALID_STATE_TRANSITION ->
                    Reply.refused(refused).answer(exchange);
                case ENVIRONMENT_CLOSED -> {}
            }
        }
    }

    /// A streamed answer may be long, and is written to its caller piece by piece, who may be slow.
    @Override
    public boolean isBrief(HttpExchange request) {
        return !request.headers().contains(RESPONSE_MODE);
    }

    /// Whether a browser sends this: no runtime is one, and none calls its API by a name.
    private static boolean isOfWebPage(HttpExchange exchange) {
        return exchange.headers().contains("Origin")
                || exchange.headers().contains("Sec-Fetch-Site")
                || !HostHeader.of(exchange).stream().allMatch(HostHeader::isAddress);
    }

    private Reply route(HttpExchange exchange) throws IOException, InterruptedException, RuntimeRefusedException {
        if (isOfWebPage(exchange)) {
            return Reply.NO_WEB_PAGES;
        }
        String path = exchange.rawPath();
        if (path.equals(NEXT)) {
            return exchange.method().equals("GET") ? next(exchange) : Reply.METHOD_NOT_ALLOWED;
        }
        if (path.equals(INIT_ERROR)) {
            return exchange.method().equals("POST") ? initError(exchange) : Reply.METHOD_NOT_ALLOWED;
        }
        if (path.startsWith(INVOCATION)) {
            int idEnd = path.indexOf('/', INVOCATION.length());
            var what = idEnd < 0 ? "" : path.substring(idEnd);
            if (what.equals(RESPONSE) || what.equals(ERROR)) {
                if (!exchange.method().equals("POST")) {
                    return Reply.METHOD_NOT_ALLOWED;
                }
                var id = path.substring(INVOCATION.length(), idEnd);
                return what.equals(RESPONSE) ? response(exchange, id) : error(exchange, id);
            }
        }
        return Reply.unknown(path);
    }

    private Reply next(HttpExchange exchange) throws RuntimeRefusedException, InterruptedException {
        var request = environment.openNext();
        exchange.onDisconnect(request::abandon);
        return event(request.await());
    }

    private static Reply event(NextRequest.Event event) {
        var invocation = event.invocation();
        var headers = HttpHeaders.builder()
                .add("Content-Type", "application/json")
                .add("Lambda-Runtime-Aws-Request-Id", invocation.requestId())
                .add("Lambda-Runtime-Deadline-Ms", Long.toString(event.deadlineMillis()))
                .add("Lambda-Runtime-Invoked-Function-Arn", invocation.invokedFunctionArn())
                .add("Lambda-Runtime-Trace-Id", invocation.traceHeader());
        var clientContext = invocation.clientContext();
        if (clientContext != null) {
            headers.add("Lambda-Runtime-Client-Context", onOneLine(clientContext));
        }
        return new Reply(200, headers.build(), invocation.payload());
    }

    /// A JSON text as a header field: UTF-8 in the field's bytes; a line break, which in JSON can only stand between
    /// the tokens, is a space.
    private static String onOneLine(String json) {
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if ((bytes[i] >= 0 && bytes[i] < ' ') || bytes[i] == 0x7f) {
                bytes[i] = ' ';
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private Reply response(HttpExchange exchange, String id) throws RuntimeRefusedException {
        var mode = exchange.headers().first(RESPONSE_MODE).orElse("");
        if (!mode.isEmpty() && !mode.equals("streaming")) {
            environment.fail(id, "Runtime.InvalidResponseModeHeader", Reply.INVALID_RESPONSE_MODE.body());
            return Reply.INVALID_RESPONSE_MODE;
        }
        var contentType = exchange.headers().first("Content-Type").orElse("");
        // AWS's client for Go (events.LambdaFunctionURLStreamingResponse) streams without saying so: its type does.
        boolean streamed = !mode.isEmpty() || contentType.equals(ResponseSink.HTTP_RESPONSE_TYPE);
        var answer = environment.openAnswer(id, contentType, streamed);
        try {
            copy(exchange, answer);
            return end(exchange, answer);
        } catch (ResponseTooLargeException tooLarge) {
            return Reply.tooLarge(tooLarge.limitBytes());
        } catch (IOException brokenOff) {
            answer.truncated();
            return Reply.TRUNCATED;
        } catch (RuntimeException broken) {
            // Whoever takes the answer is broken; the runtime is not, and may go on.
            answer.truncated();
            throw broken;
        }
    }

    private static void copy(HttpExchange exchange, Answer answer) throws IOException, RuntimeRefusedException {
        var body = exchange.body();
        var buffer = new byte[Math.clamp(body.available(), SMALLEST_BUFFER_BYTES, LARGEST_BUFFER_BYTES)];
        for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
            answer.write(buffer, 0, length);
            if (length == buffer.length && length < LARGEST_BUFFER_BYTES) {
                buffer = new byte[LARGEST_BUFFER_BYTES];
            }
        }
    }

    /// A runtime that fails in the middle of a streamed answer says so behind it.
    private static Reply end(HttpExchange exchange, Answer answer) throws RuntimeRefusedException {
        var type = exchange.trailers().first(ERROR_TYPE);
        if (type.isPresent()) {
            var report = exchange.trailers().first(ERROR_BODY).orElse("");
            answer.fail(FunctionReport.validType(type.get()), FunctionReport.decoded(report));
        } else {
            answer.complete();
        }
        return Reply.ACCEPTED;
    }

    private Reply error(HttpExchange exchange, String id) throws IOException, RuntimeRefusedException {
        try {
            environment.fail(id, errorType(exchange), FunctionReport.payload(exchange, LARGEST_ERROR_BYTES));
            return Reply.ACCEPTED;
        } catch (BodyTooLargeException tooLarge) {
            environment.failTooLarge(id, tooLarge.limitBytes());
            return Reply.tooLarge(tooLarge.limitBytes());
        }
    }

    private Reply initError(HttpExchange exchange) throws IOException, RuntimeRefusedException {
        try {
            environment.initFailed(errorType(exchange), exchange.readBody(LARGEST_ERROR_BYTES));
            return Reply.ACCEPTED;
        } catch (BodyTooLargeException tooLarge) {
            return Reply.tooLarge(tooLarge.limitBytes());
        }
    }

    private static String errorType(HttpExchange exchange) {
        return FunctionReport.validType(exchange.headers().first(ERROR_TYPE).orElse(""));
    }
}
