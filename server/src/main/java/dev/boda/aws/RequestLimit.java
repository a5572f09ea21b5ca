package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Stands before everything that the server serves and bounds the requests in flight. One more is refused before its
/// body is read; how the server is may still be asked.
public final class RequestLimit implements HttpHandler {

    /// What is Boda's own: health, above all.
    private static final String OWN = "/_";

    private final Semaphore places;
    private final boolean exemptsOwn;
    private final HttpHandler behind;
    private final RequestLog requests;
    private final Supplier<UUID> requestIds;

    /// @param most       requests in flight at once
    /// @param behind     what is guarded
    /// @param requests   hears of the requests that are refused
    /// @param requestIds gives each of those its id
    public RequestLimit(int most, HttpHandler behind, RequestLog requests, Supplier<UUID> requestIds) {
        this(new Semaphore(most), true, behind, requests, requestIds);
    }

    private RequestLimit(
            Semaphore places, boolean exemptsOwn, HttpHandler behind, RequestLog requests, Supplier<UUID> requestIds) {
        this.places = places;
        this.exemptsOwn = exemptsOwn;
        this.behind = behind;
        this.requests = requests;
        this.requestIds = requestIds;
    }

    /// The same places before `other`, of whose requests none is Boda's own, whatever their paths.
    public RequestLimit sharedWith(HttpHandler other) {
        return new RequestLimit(places, false, other, requests, requestIds);
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        if (exemptsOwn && exchange.rawPath().startsWith(OWN)) {
            behind.handle(exchange);
        } else if (places.tryAcquire()) {
            try {
                behind.handle(exchange);
            } finally {
                places.release();
            }
        } else {
            refuse(exchange);
        }
    }

    @Override
    public boolean isBrief(HttpExchange request) {
        return behind.isBrief(request);
    }

    private void refuse(HttpExchange exchange) throws IOException {
        var request = new ServedRequest(exchange, requestIds.get().toString());
        var busy = Refusals.busy("As many requests are in flight as Boda serves at once");
        request.refused(busy);
        var answer = ForeignRefusal.of(exchange, busy, request.id());
        answer.headers().add("x-amzn-RequestId", request.id());
        requests.answered(request, answer.status());
        exchange.leaveBody();
        exchange.respond(answer.status(), answer.headers().build(), answer.body());
    }
}
