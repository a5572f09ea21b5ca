package dev.boda.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.UUID;

/// One caller's requests without a signature: the same bytes again and again.
public final class UnsignedRequests implements Outgoing {

    private final ByteBuffer head;
    private final ByteBuffer body;

    public UnsignedRequests(Request request, Target target) {
        head = direct((begin(request, target) + "amz-sdk-invocation-id: " + invocationId(1, 2) + end(request))
                .getBytes(ISO_8859_1));
        body = direct(request.body());
    }

    @Override
    public ByteBuffer[] next() {
        head.rewind();
        body.rewind();
        return new ByteBuffer[] {head, body};
    }

    static String begin(Request request, Target target) {
        var text = new StringBuilder(request.method())
                .append(' ')
                .append(request.path())
                .append(" HTTP/1.1\r\nHost: ")
                .append(target.authority())
                .append("\r\nUser-Agent: Boto3/1.44.5 md/Botocore#1.44.5 boda-bench\r\n");
        request.headers()
                .forEach(header -> text.append(header.name())
                        .append(": ")
                        .append(header.value())
                        .append("\r\n"));
        return text.toString();
    }

    static String end(Request request) {
        return "\r\namz-sdk-request: attempt=1; max=1\r\nContent-Length: " + request.body().length + "\r\n\r\n";
    }

    static String invocationId(long high, long low) {
        return new UUID(high, low).toString();
    }

    static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
