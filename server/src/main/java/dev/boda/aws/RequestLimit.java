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
    private final Supplier<UUID> requestIds;
    private final HttpHandler behind;

    /// @param most   requests in flight at once
    /// @param behind what is guarded
    public RequestLimit(int most, Supplier<UUID> requestIds, HttpHandler behind) {
        this.places = new Semaphore(most);
        this.requestIds = requestIds;
        this.behind = behind;
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        if (exchange.rawPath().startsWith(OWN)) {
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

    private void refuse(HttpExchange exchange) throws IOException {
        var requestId = requestIds.get().toString();
        var answer = ForeignRefusal.of(
                exchange, Refusals.busy("As many requests are in flight as Boda serves at once"), requestId);
        answer.headers().add("x-amzn-RequestId", requestId);
        exchange.respond(answer.status(), answer.headers().build(), answer.body());
    }
}
