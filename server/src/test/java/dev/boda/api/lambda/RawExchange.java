package dev.boda.api.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.BodyTooLargeException;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A request as it comes over the wire, and what was answered.
final class RawExchange implements HttpExchange {

    private final String method;
    private final String path;
    private final String query;
    private final HttpHeaders.Builder headers = HttpHeaders.builder();
    private byte[] body = {};
    private int status;
    private HttpHeaders answerHeaders = HttpHeaders.EMPTY;
    private @Nullable ByteArrayOutputStream answer;

    /// @param target the path, with a query if there is one
    RawExchange(String method, String target) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
        headers.add("Host", "localhost:4566");
    }

    RawExchange with(String header, String value) {
        headers.add(header, value);
        return this;
    }

    RawExchange body(byte[] bytes) {
        body = bytes;
        return this;
    }

    int status() {
        return status;
    }

    String header(String name) {
        return answerHeaders.first(name).orElse("");
    }

    byte[] bytes() {
        if (answer == null) {
            throw new AssertionError("Nothing was answered");
        }
        return answer.toByteArray();
    }

    String text() {
        return new String(bytes(), UTF_8);
    }

    JsonNode json() {
        return new JsonMapper().readTree(bytes());
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public String rawQuery() {
        return query;
    }

    @Override
    public HttpHeaders headers() {
        return headers.build();
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public byte[] readBody(int limitBytes) throws IOException {
        if (body.length > limitBytes) {
            throw new BodyTooLargeException(limitBytes);
        }
        return body;
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public HttpHeaders trailers() {
        return HttpHeaders.EMPTY;
    }

    @Override
    public void respond(int status, HttpHeaders headers, byte[] body) throws IOException {
        try (var stream = respondInPieces(status, headers)) {
            stream.write(body);
        }
    }

    @Override
    public OutputStream respondInPieces(int status, HttpHeaders headers) {
        if (answer != null) {
            throw new IllegalStateException("Answered twice");
        }
        this.status = status;
        this.answerHeaders = headers;
        answer = new ByteArrayOutputStream();
        return answer;
    }

    @Override
    public void abort() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean open() {
        return true;
    }

    @Override
    public void onDisconnect(Runnable action) {}
}
