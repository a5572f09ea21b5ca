package dev.boda.bench.bare;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Hands an invocation's body to a runtime that waits, on the thread of its request. The runtime's answer goes to the
/// caller from [BareRuntimeApi].
final class BareFront implements HttpHandler {

    private static final int LARGEST_BODY = 6 * 1024 * 1024 + 100;
    private static final int FUNCTION_AT = 3;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final byte[] NO_PAYLOAD = BareLoop.utf8("{}");

    private final Map<String, BarePool> pools;
    private final AtomicLong calls = new AtomicLong();

    BareFront(Map<String, BarePool> pools) {
        this.pools = pools;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException, InterruptedException {
        var pool = pools.get(exchange.rawPath().split("/", -1)[FUNCTION_AT]);
        if (pool == null) {
            exchange.respond(NOT_FOUND, HttpHeaders.EMPTY, new byte[0]);
            return;
        }
        byte[] body = exchange.readBody(LARGEST_BODY);
        byte[] event = body.length == 0 ? NO_PAYLOAD : body;
        var parked = pool.take();
        parked.runtime().begin(exchange);
        parked.next().respond(OK, eventHeaders(), event);
    }

    @Override
    public boolean isBrief(HttpExchange request) {
        return true;
    }

    /// What the Runtime API sends with an event.
    private HttpHeaders eventHeaders() {
        return HttpHeaders.builder()
                .add("Content-Type", "application/json")
                .add("Lambda-Runtime-Aws-Request-Id", Long.toString(calls.incrementAndGet()))
                .add("Lambda-Runtime-Deadline-Ms", "4102444800000")
                .add("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:bare")
                .add("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")
                .build();
    }
}
