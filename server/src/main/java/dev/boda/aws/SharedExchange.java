package dev.boda.aws;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/// A request of a web page that was let in: its answer says so, and lets the page read the headers that AWS's SDKs
/// read.
///
/// @param origin the page's
record SharedExchange(HttpExchange exchange, String origin) implements HttpExchange {

    /// What Lambda exposes, and what else of its answers a client looks at.
    private static final String EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,Retry-After,"
            + "x-amz-log-result,x-amz-function-error,x-amz-executed-version,x-amzn-Trace-Id,X-Boda-Runtime";

    private HttpHeaders shared(HttpHeaders answer) {
        var headers = HttpHeaders.builder();
        answer.forEach(headers::add);
        return headers.add("Access-Control-Allow-Origin", origin)
                .add("Access-Control-Expose-Headers", EXPOSED)
                .add("Vary", "Origin")
                .build();
    }

    @Override
    public void respond(int status, HttpHeaders headers, byte[] body) throws IOException {
        exchange.respond(status, shared(headers), body);
    }

    @Override
    public OutputStream respondInPieces(int status, HttpHeaders headers) throws IOException {
        return exchange.respondInPieces(status, shared(headers));
    }

    @Override
    public String method() {
        return exchange.method();
    }

    @Override
    public String rawPath() {
        return exchange.rawPath();
    }

    @Override
    public String rawQuery() {
        return exchange.rawQuery();
    }

    @Override
    public HttpHeaders headers() {
        return exchange.headers();
    }

    @Override
    public InetSocketAddress remote() {
        return exchange.remote();
    }

    @Override
    public byte[] readBody(int limitBytes) throws IOException {
        return exchange.readBody(limitBytes);
    }

    @Override
    public void leaveBody() {
        exchange.leaveBody();
    }

    @Override
    public InputStream body() {
        return exchange.body();
    }

    @Override
    public HttpHeaders trailers() {
        return exchange.trailers();
    }

    @Override
    public void abort() {
        exchange.abort();
    }

    @Override
    public boolean open() {
        return exchange.open();
    }

    @Override
    public void onDisconnect(Runnable action) {
        exchange.onDisconnect(action);
    }
}
