package dev.boda.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A client was turned away, and no handler had its request: that never became one, or its answer was not taken. The
/// connection ends with it.
///
/// @param sentence what is wrong, in words that may be the client's
public record Refusal(Reason reason, InetSocketAddress client, String sentence) {

    /// Why; and with which status the client is told.
    public enum Reason {
        NOT_HTTP(400, "What came is not HTTP"),
        TLS(400, "The client speaks TLS, and here is plain HTTP: http://, not https://"),
        MALFORMED(400, "The request is malformed"),
        SLOW_HEAD(408, "The request's line and headers take too long"),
        LINE_TOO_LONG(414, "The request's line is too long"),
        HEADERS_TOO_LARGE(431, "The request's headers are too large"),
        NOT_SERVED(501, "CONNECT, and transfer codings but chunked, are not served"),
        HTTP_VERSION(505, "Only HTTP/1 is served"),
        /// One without a request under way, so that a newcomer is served.
        NO_ROOM(0, "As many connections are open as are served at once"),
        /// Of a request that was handled.
        ANSWER_UNREAD(0, "The client takes too long to read the answer");

        private final int status;
        private final String sentence;

        Reason(int status, String sentence) {
            this.status = status;
            this.sentence = sentence;
        }

        /// Of the answer; 0 where there is none, and the connection was just closed.
        public int status() {
            return status;
        }

        /// Why a well-formed request is none that this server serves, if so.
        static @Nullable Reason of(HttpRequest request) {
            var version = request.protocolVersion();
            if (version.majorVersion() != 1) {
                return HTTP_VERSION;
            }
            if (request.method().name().equals("CONNECT")) {
                return NOT_SERVED;
            }
            var coding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
            return coding == null || coding.equalsIgnoreCase("chunked") ? null : NOT_SERVED;
        }
    }

    static Refusal of(Reason reason, InetSocketAddress client) {
        return new Refusal(reason, client, reason.sentence);
    }

    /// Of what the decoder could not make sense of.
    static Refusal of(Throwable cause, InetSocketAddress client) {
        return switch (cause) {
            case TooLongHttpLineException _ -> of(Reason.LINE_TOO_LONG, client);
            case TooLongHttpHeaderException _ -> of(Reason.HEADERS_TOO_LARGE, client);
            case RequestDecoder.NotHttpException notHttp -> of(notHttp.reason(), client);
            default ->
                new Refusal(
                        Reason.MALFORMED,
                        client,
                        Reason.MALFORMED.sentence + ": " + String.valueOf(cause.getMessage()));
        };
    }
}
