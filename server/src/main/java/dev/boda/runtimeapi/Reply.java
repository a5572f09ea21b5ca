package dev.boda.runtimeapi;

import dev.boda.engine.RuntimeRefusedException;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// What the Runtime API answers.
record Reply(int status, HttpHeaders headers, byte[] body) {

    private static final HttpHeaders JSON = HttpHeaders.of("Content-Type", "application/json");

    static final Reply ACCEPTED = new Reply(202, JSON, bytes("{\"status\":\"OK\"}\n"));
    static final Reply METHOD_NOT_ALLOWED = new Reply(405, HttpHeaders.EMPTY, new byte[0]);
    static final Reply INVALID_RESPONSE_MODE =
            error(400, "InvalidFunctionResponseMode", "Invalid function response mode");
    static final Reply NO_WEB_PAGES =
            error(403, "AccessDenied", "The Runtime API answers no web pages, at no other name than its address");
    static final Reply TRUNCATED = error(400, "TruncatedHTTPRequest", "HTTP request detected as truncated");

    /// AWS's other APIs at this address, by the beginning of their paths.
    private static final List<Unbuilt> UNBUILT = List.of(
            new Unbuilt("/2018-06-01/runtime/restore/", "The restore phase of SnapStart"),
            new Unbuilt("/2020-01-01/extension/", "The Extensions API"),
            new Unbuilt("/2020-08-15/logs", "The Logs API"),
            new Unbuilt("/2022-07-01/telemetry", "The Telemetry API"),
            new Unbuilt("/2021-04-23/credentials", "The credentials API"));

    private record Unbuilt(String prefix, String name) {}

    /// In AWS's order.
    private record Refusal(String errorMessage, String errorType) {}

    static Reply refused(RuntimeRefusedException refused) {
        int status = refused.reason() == RuntimeRefusedException.Reason.INVALID_REQUEST_ID ? 400 : 403;
        return error(status, refused.reason().wire(), String.valueOf(refused.getMessage()));
    }

    static Reply tooLarge(int limitBytes) {
        return error(413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (" + limitBytes + " bytes).");
    }

    /// A path of AWS that Boda does not serve is refused by name; any other is not found.
    static Reply unknown(String path) {
        for (var api : UNBUILT) {
            if (path.startsWith(api.prefix)) {
                return error(501, "NotImplemented", api.name + " is not supported by Boda: " + path);
            }
        }
        return new Reply(
                404, HttpHeaders.of("Content-Type", "text/plain; charset=utf-8"), bytes("404 page not found\n"));
    }

    private static Reply error(int status, String type, String message) {
        return new Reply(status, JSON, JsonMapper.shared().writeValueAsBytes(new Refusal(message, type)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Gives the answer, unless the runtime has gone.
    void answer(HttpExchange exchange) throws IOException {
        try {
            if (status == ACCEPTED.status) {
                exchange.respondWithNext(status, headers, body);
            } else {
                exchange.respond(status, headers, body);
            }
        } catch (ClosedChannelException _) {
            // Whoever must know has been told by the exchange's onDisconnect.
        }
    }
}
