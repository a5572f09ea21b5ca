package dev.boda.http;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;

/// The decoded parts of requests that a client has sent before it had the answer to an earlier one. Belongs to its
/// connection's I/O thread.
final class SentAhead {

    /// Reading stops beyond these.
    private static final int PARTS = 32;
    private static final int BYTES = 64 * 1024;

    private final ArrayDeque<HttpObject> parts = new ArrayDeque<>(2);
    private int bytes;

    void add(HttpObject part) {
        parts.add(part);
        bytes += sizeOf(part);
    }

    HttpObject remove() {
        var part = parts.remove();
        bytes -= sizeOf(part);
        return part;
    }

    /// Whether the client has sent its next request already, and asks for nothing before that one's answer.
    boolean asksForMore() {
        return parts.peek() instanceof HttpRequest next
                && next.method().equals(HttpMethod.GET)
                && next.decoderResult().isSuccess()
                && !HttpUtil.is100ContinueExpected(next)
                && Refusal.Reason.of(next) == null;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    boolean full() {
        return parts.size() >= PARTS || bytes >= BYTES;
    }

    void forget() {
        parts.forEach(ReferenceCountUtil::release);
        parts.clear();
        bytes = 0;
    }

    private static int sizeOf(HttpObject part) {
        return part instanceof HttpContent content ? content.content().readableBytes() : 0;
    }
}
