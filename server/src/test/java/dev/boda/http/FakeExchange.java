package dev.boda.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A request written by hand, and the answer to it.
public final class FakeExchange implements HttpExchange {

    private final String method;
    private final String path;
    private final String query;
    private final HttpHeaders.Builder headers = HttpHeaders.builder();
    private boolean aborted;
    private boolean gone;
    private boolean bodyRead;
    private boolean bodyLeft;
    private byte[] body = {};
    private @Nullable Answered answered;

    /// What went back.
    public record Answered(int status, HttpHeaders headers, byte[] body) {

        public String text() {
            return new String(body, UTF_8);
        }

        public String header(String name) {
            return headers.first(name).orElse("");
        }

        public JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }
    }

    /// @param target the path, with a query if there is one
    public FakeExchange(String method, String target) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
    }

    public FakeExchange header(String name, String value) {
        headers.add(name, value);
        return this;
    }

    /// Signed by `accessKeyId` for a service in a region.
    public FakeExchange signed(String accessKeyId, String region, String service) {
        return header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + accessKeyId + "/20260131/" + region + "/" + service
                        + "/aws4_request, SignedHeaders=host;x-amz-date, Signature=abc");
    }

    public FakeExchange body(String text) {
        return body(text.getBytes(UTF_8));
    }

    public FakeExchange body(byte[] bytes) {
        body = bytes;
        return this;
    }

    public Answered answered() {
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

    /// Its client has gone.
    public FakeExchange gone() {
        gone = true;
        return this;
    }

    public boolean bodyRead() {
        return bodyRead;
    }

    public boolean bodyLeft() {
        return bodyLeft;
    }

    @Override
    public byte[] readBody(int limitBytes) throws IOException {
        bodyRead = true;
        if (body.length > limitBytes) {
            throw new BodyTooLargeException(limitBytes);
        }
        return body;
    }

    @Override
    public void leaveBody() {
        bodyLeft = true;
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
        if (gone) {
            throw new ClosedChannelException();
        }
        if (answered != null) {
            throw new IllegalStateException("Answered twice");
        }
        answered = new Answered(status, headers, body);
    }

    @Override
    public OutputStream respondInPieces(int status, HttpHeaders headers) {
        return new ByteArrayOutputStream() {
            @Override
            public void close() throws IOException {
                respond(status, headers, toByteArray());
            }
        };
    }

    @Override
    public void abort() {
        aborted = true;
    }

    public boolean aborted() {
        return aborted;
    }

    @Override
    public boolean open() {
        return !gone;
    }

    @Override
    public void onDisconnect(Runnable action) {}
}
