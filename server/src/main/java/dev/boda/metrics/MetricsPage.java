package dev.boda.metrics;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/// Answers `/metrics`: whoever the browser guard lets in or, with a token, only who has it.
public final class MetricsPage implements HttpHandler {

    private static final String PATH = "/metrics";
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_ALLOWED = 405;
    private static final String SCHEME = "Bearer ";
    private static final String TEXT_0_0_4 = "text/plain; version=0.0.4; charset=utf-8";
    private static final byte[] NOTHING = {};

    private final FunctionFamilies functions;
    private final ServerFamilies server;
    private final ProcessFamilies process;
    private final Optional<String> token;

    /// @param token who brings it as `Authorization: Bearer …` may read; absent when everybody may
    public MetricsPage(
            FunctionFamilies functions, ServerFamilies server, ProcessFamilies process, Optional<String> token) {
        this.functions = functions;
        this.server = server;
        this.process = process;
        this.token = token;
    }

    /// Whether the request is for this page. A signed one is AWS's, of a bucket of that name.
    public static boolean isAskedBy(HttpExchange exchange) {
        return exchange.rawPath().equals(PATH)
                && !exchange.rawQuery().contains("X-Amz-")
                && exchange.headers()
                        .first("Authorization")
                        .filter(value -> value.startsWith("AWS4-"))
                        .isEmpty();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            exchange.respond(NOT_ALLOWED, HttpHeaders.of("Allow", "GET, HEAD"), NOTHING);
        } else if (!mayRead(exchange)) {
            exchange.respond(
                    UNAUTHORIZED,
                    HttpHeaders.of("WWW-Authenticate", "Bearer realm=\"metrics\"", "Content-Type", "text/plain"),
                    "The token is in the file metrics-token of the data directory.\n"
                            .getBytes(StandardCharsets.US_ASCII));
        } else {
            exchange.respond(OK, HttpHeaders.of("Content-Type", TEXT_0_0_4), text());
        }
    }

    private boolean mayRead(HttpExchange exchange) {
        return token.isEmpty()
                || exchange.headers()
                        .first("Authorization")
                        .filter(value -> MessageDigest.isEqual(bytes(value), bytes(SCHEME + token.get())))
                        .isPresent();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] text() throws IOException {
        var families = new Families();
        functions.addTo(families);
        server.addTo(families);
        process.addTo(families);
        return families.text();
    }
}
