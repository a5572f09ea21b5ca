package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import dev.boda.http.Refusal;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/// Stands before everything that the server serves and keeps strangers' web pages out, before their request's body is
/// read. Pages that were let in get the headers that their browser asks for (CORS).
public final class BrowserGuard implements HttpHandler {

    private static final int NO_CONTENT = 204;
    private static final int FORBIDDEN = 403;
    private static final byte[] NOTHING = {};

    /// What AWS's SDKs send. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>
    private static final String USUAL_HEADERS = "authorization,content-type,x-amz-content-sha256,x-amz-date,"
            + "x-amz-security-token,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request,"
            + "x-amz-client-context,x-amz-invocation-type,x-amz-log-type";

    private static final String PREFLIGHT_SECONDS = "600";

    private final WebPages pages;
    private final HttpHandler behind;
    private final RequestLog requests;
    private final RefusalLog refusals;
    private final Supplier<UUID> requestIds;

    /// @param behind     what is guarded
    /// @param requests   hears of the requests that are kept out
    /// @param refusals   hears of the clients that make no request
    /// @param requestIds gives each request that is kept out its id
    public BrowserGuard(
            WebPages pages, HttpHandler behind, RequestLog requests, RefusalLog refusals, Supplier<UUID> requestIds) {
        this.pages = pages;
        this.behind = behind;
        this.requests = requests;
        this.refusals = refusals;
        this.requestIds = requestIds;
    }

    @Override
    public void handle(HttpExchange exchange) throws Exception {
        var refusal = pages.refusal(exchange);
        if (refusal.isPresent()) {
            refuse(exchange, refusal.get());
            return;
        }
        var origin = pages.allowedOrigin(exchange);
        if (origin.isEmpty()) {
            behind.handle(exchange);
        } else if (isPreflight(exchange)) {
            exchange.respond(NO_CONTENT, preflight(exchange, origin.get()), NOTHING);
        } else {
            behind.handle(new SharedExchange(exchange, origin.get()));
        }
    }

    @Override
    public boolean isBrief(HttpExchange request) {
        return behind.isBrief(request);
    }

    @Override
    public HttpHeaders refused(Refusal refusal) {
        return refusals.refused(refusal);
    }

    private static boolean isPreflight(HttpExchange exchange) {
        return exchange.method().equals("OPTIONS") && exchange.headers().contains("Access-Control-Request-Method");
    }

    private static HttpHeaders preflight(HttpExchange exchange, String origin) {
        var asked = exchange.headers().first("Access-Control-Request-Headers").orElse(USUAL_HEADERS);
        var headers = HttpHeaders.builder()
                .add("Access-Control-Allow-Origin", origin)
                .add("Access-Control-Allow-Methods", "GET,HEAD,POST,PUT,PATCH,DELETE")
                .add("Access-Control-Allow-Headers", asked)
                .add("Access-Control-Max-Age", PREFLIGHT_SECONDS)
                .add("Vary", "Origin, Access-Control-Request-Headers");
        // A page of the Internet that calls an address of a private network has to ask for that as well.
        if (exchange.headers().contains("Access-Control-Request-Private-Network")) {
            headers.add("Access-Control-Allow-Private-Network", "true");
        }
        return headers.build();
    }

    private void refuse(HttpExchange exchange, String sentence) throws IOException {
        var code = "AccessDeniedException";
        var request = new ServedRequest(exchange, requestIds.get().toString());
        request.refused(new ServiceException(code, FORBIDDEN, sentence));
        requests.answered(request, FORBIDDEN);
        var headers = HttpHeaders.builder()
                .add("Content-Type", "application/json")
                .add("x-amzn-ErrorType", code)
                .add("x-amzn-RequestId", request.id())
                .add("X-Content-Type-Options", "nosniff");
        exchange.leaveBody();
        exchange.respond(FORBIDDEN, headers.build(), JsonWriter.write(Map.of("message", sentence)));
    }
}
