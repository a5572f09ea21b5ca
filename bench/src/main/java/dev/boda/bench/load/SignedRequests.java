package dev.boda.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/// One caller's requests as boto3 sends them, each with an id. What is signed is the same for a second, and so is the
/// signature: a generator that made it anew would take from the server a tenth of the machine they share.
public final class SignedRequests implements Outgoing {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int LONGEST_HEAD = 2048;

    private final Request request;
    private final Signer signer;
    private final String host;
    private final String before;
    private final String after;
    private final ByteBuffer head = ByteBuffer.allocateDirect(LONGEST_HEAD);
    private final ByteBuffer body;
    private long timestampNanos;
    private String timestamp = "";
    private String authorization = "";
    private long signingNanos;
    private long signed;

    public SignedRequests(Request request, Target target, Signer signer) {
        this.request = request;
        this.signer = signer;
        host = target.authority();
        before = UnsignedRequests.begin(request, target);
        after = UnsignedRequests.end(request);
        body = UnsignedRequests.direct(request.body());
    }

    @Override
    public ByteBuffer[] next() {
        long begun = System.nanoTime();
        if (timestamp.isEmpty() || begun - timestampNanos > NANOS_PER_SECOND) {
            timestamp = TIMESTAMP.format(Instant.now());
            timestampNanos = begun;
            authorization = signer.authorization(request, host, timestamp);
            signingNanos += System.nanoTime() - begun;
        }
        signed++;
        var random = ThreadLocalRandom.current();
        var text = before + "X-Amz-Date: " + timestamp + "\r\nAuthorization: " + authorization
                + "\r\namz-sdk-invocation-id: " + UnsignedRequests.invocationId(random.nextLong(), random.nextLong())
                + after;
        head.clear().put(text.getBytes(ISO_8859_1)).flip();
        body.rewind();
        return new ByteBuffer[] {head, body};
    }

    /// Time spent on signatures so far.
    public long signingNanos() {
        return signingNanos;
    }

    /// How many requests were signed so far.
    public long signed() {
        return signed;
    }
}
