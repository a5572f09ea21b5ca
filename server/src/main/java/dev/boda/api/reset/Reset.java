package dev.boda.api.reset;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// `POST /_boda/reset`: empties everything, so that a test begins as if the server were new. Answers when it is done,
/// with what was removed: `{"functions": 2, "environments": 1, …}`. One at a time.
public final class Reset implements HttpHandler {

    public static final String PATH = "/_boda/reset";

    private static final Logger LOG = LoggerFactory.getLogger(Reset.class);
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 500;

    private final boolean forbidden;
    private final Emptying emptying;
    private final JsonMapper json = new JsonMapper();
    private final ReentrantLock turn = new ReentrantLock();

    /// Removes what there is.
    @FunctionalInterface
    public interface Emptying {

        /// @return what was removed, and how many of it; in the order to be told
        Map<String, Integer> empty();
    }

    /// @param forbidden whether strangers may be among those who can ask
    public Reset(boolean forbidden, Emptying emptying) {
        this.forbidden = forbidden;
        this.emptying = emptying;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!exchange.rawPath().equals(PATH)) {
            refuse(
                    exchange,
                    NOT_FOUND,
                    "There is nothing at " + exchange.rawPath() + "; perhaps " + PATH + " is meant.");
        } else if (!exchange.method().equals("POST")) {
            refuse(exchange, NOT_ALLOWED, "A reset is asked for by POST, not " + exchange.method() + ".");
        } else if (forbidden) {
            refuse(exchange, FORBIDDEN, "A server that requires credentials (--require-credentials) is not emptied.");
        } else {
            reset(exchange);
        }
    }

    private void reset(HttpExchange exchange) throws IOException {
        turn.lock();
        try {
            var removed = emptying.empty();
            LOG.info("Everything was removed, as {} asked: {}", PATH, removed);
            answer(exchange, OK, removed);
        } catch (StoreUnavailableException e) {
            LOG.error("Not everything could be removed, as {} asked: {}", PATH, e.getMessage());
            refuse(exchange, UNAVAILABLE, "Not everything could be removed. " + e.getMessage());
        } finally {
            turn.unlock();
        }
    }

    private void refuse(HttpExchange exchange, int status, String sentence) throws IOException {
        answer(exchange, status, Map.of("message", sentence));
    }

    private void answer(HttpExchange exchange, int status, Map<String, ?> members) throws IOException {
        var body = json.writeValueAsBytes(new LinkedHashMap<>(members));
        exchange.respond(status, HttpHeaders.of("Content-Type", "application/json"), body);
    }
}
