package dev.boda.http;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

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

    @Nullable
    HttpObject peek() {
        return parts.peek();
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
