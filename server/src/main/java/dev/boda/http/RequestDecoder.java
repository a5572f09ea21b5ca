package dev.boda.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/// Reads requests, and refuses more than its parent: a request with two lengths, which two servers would understand
/// differently (RFC 9112, 6.1), and at once, without waiting for a line's end, what cannot become one, like a TLS
/// hello.
final class RequestDecoder extends HttpRequestDecoder {

    private static final byte TLS_HANDSHAKE = 0x16;

    /// What came begins as no request does.
    static final class NotHttpException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        private final Refusal.Reason reason;

        private NotHttpException(Refusal.Reason reason) {
            this.reason = reason;
        }

        Refusal.Reason reason() {
            return reason;
        }
    }

    private boolean begun;
    private boolean hopeless;

    RequestDecoder(HttpDecoderConfig config) {
        super(config);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf received, List<Object> decoded) throws Exception {
        if (!begun && received.isReadable()) {
            begun = true;
            byte first = received.getByte(received.readerIndex());
            hopeless = !canBegin(first);
            if (hopeless) {
                decoded.add(notHttp(first));
            }
        }
        if (hopeless) {
            received.skipBytes(received.readableBytes());
        } else {
            super.decode(context, received, decoded);
        }
    }

    /// A method's first letter, or an empty line before it.
    private static boolean canBegin(byte first) {
        return (first > ' ' && first < 0x7f) || first == '\r' || first == '\n';
    }

    private static Object notHttp(byte first) {
        var reason = first == TLS_HANDSHAKE ? Refusal.Reason.TLS : Refusal.Reason.NOT_HTTP;
        var request = new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/bad-request");
        request.setDecoderResult(DecoderResult.failure(new NotHttpException(reason)));
        return request;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("A request has a Content-Length or a Transfer-Encoding, not both");
    }
}
