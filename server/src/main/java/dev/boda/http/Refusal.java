package dev.boda.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/// Why a request is not given to its handler; its connection ends with it.
record Refusal(int status) {

    /// Its head takes too long.
    static final Refusal SLOW = new Refusal(408);

    /// The refusal of what the decoder could not make sense of.
    static Refusal of(Throwable cause) {
        return new Refusal(
                switch (cause) {
                    case TooLongHttpLineException _ -> 414;
                    case TooLongHttpHeaderException _ -> 431;
                    default -> 400;
                });
    }

    /// The refusal of a well-formed request that this server does not serve, if it is one.
    static @Nullable Refusal of(HttpRequest request) {
        var version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            return new Refusal(505);
        }
        if (request.method().name().equals("CONNECT")) {
            return new Refusal(501);
        }
        var coding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
        return coding == null || coding.equalsIgnoreCase("chunked") ? null : new Refusal(501);
    }
}
