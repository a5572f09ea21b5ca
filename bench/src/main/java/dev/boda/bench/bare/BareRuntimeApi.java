package dev.boda.bench.bare;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The Runtime API of one runtime: parks its `next`, passes its answer on to the caller, whole or as it comes, then
/// accepts it.
final class BareRuntimeApi implements HttpHandler {

    private static final int LARGEST_BODY = 6 * 1024 * 1024 + 100;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String RESPONSE_MODE = "Lambda-Runtime-Function-Response-Mode";
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final HttpHeaders JSON = HttpHeaders.of("Content-Type", "application/json");
    private static final HttpHeaders FAILED =
            HttpHeaders.of("Content-Type", "application/json", "X-Amz-Function-Error", "Unhandled");
    private static final HttpHeaders STREAM = HttpHeaders.of("Content-Type", "application/octet-stream");
    private static final byte[] STATUS = BareLoop.utf8("{\"status\":\"OK\"}\n");

    private final BarePool pool;
    private volatile @Nullable HttpExchange caller;

    BareRuntimeApi(BarePool pool) {
        this.pool = pool;
    }

    /// From now on answers go to this caller.
    void begin(HttpExchange itsCaller) {
        caller = itsCaller;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (exchange.method().equals("GET")) {
            pool.park(new BarePool.Parked(this, exchange));
            return;
        }
        if (exchange.headers().contains(RESPONSE_MODE)) {
            passOn(exchange);
            return;
        }
        byte[] body = exchange.readBody(LARGEST_BODY);
        boolean failed = exchange.rawPath().endsWith("/error");
        Objects.requireNonNull(caller, "Nobody has called").respond(OK, failed ? FAILED : JSON, body);
        exchange.respondWithNext(ACCEPTED, JSON, STATUS);
    }

    /// An answer as it comes.
    private void passOn(HttpExchange exchange) throws IOException {
        try (var body = exchange.body();
                var answer = Objects.requireNonNull(caller, "Nobody has called").respondInPieces(OK, STREAM)) {
            var buffer = new byte[BUFFER_BYTES];
            for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
                answer.write(buffer, 0, length);
            }
        }
        exchange.respondWithNext(ACCEPTED, JSON, STATUS);
    }

    @Override
    public boolean isBrief(HttpExchange request) {
        return true;
    }
}
