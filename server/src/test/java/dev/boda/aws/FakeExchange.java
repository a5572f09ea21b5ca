package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.BodyTooLargeException;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A request written by hand, and the answer to it.
final class FakeExchange implements HttpExchange {

    private final String method;
    private final String path;
    private final String query;
    private final HttpHeaders.Builder headers = HttpHeaders.builder();
    private byte[] body = {};
    private @Nullable Answered answered;

    /// What went back.
    record Answered(int status, HttpHeaders headers, byte[] body) {

        String text() {
            return new String(body, UTF_8);
        }

        String header(String name) {
            return headers.first(name).orElse("");
        }
    }

    /// @param target the path, with a query if there is one
    FakeExchange(String method, String target) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
    }

    FakeExchange header(String name, String value) {
        headers.add(name, value);
        return this;
    }

    /// Signed by `accessKeyId` for a service in a region.
    FakeExchange signed(String accessKeyId, String region, String service) {
        return header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + accessKeyId + "/20260131/" + region + "/" + service
                        + "/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc");
    }

    FakeExchange body(String text) {
        return body(text.getBytes(UTF_8));
    }

    FakeExchange body(byte[] bytes) {
        body = bytes;
        return this;
    }

    Answered answered() {
        if (answered == null) {
            throw new AssertionError("Nothing was answered");
        }
        return answered;
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
    public void respond(int status, HttpHeaders headers, byte[] body) {
        if (answered != null) {
            throw new IllegalStateException("Answered twice");
        }
        answered = new Answered(status, headers, body);
    }

    @Override
    public OutputStream respondInPieces(int status, HttpHeaders headers) {
        throw new UnsupportedOperationException();
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
