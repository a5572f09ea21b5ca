package dev.boda.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// The status line and header fields of an answer as bytes, up to but without the empty line: whether the connection
/// stays is known only when the answer is written.
final class AnswerHead {

    private static final byte[] END = "\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] CLOSE_END = "Connection: close\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] KEEP_END = "Connection: keep-alive\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int USUAL_LENGTH = 384;

    private AnswerHead() {}

    /// With the fields of `headers`, except those that frame the body: `framing` says that, as a whole line, or is
    /// empty.
    static byte[] of(int status, HttpHeaders headers, String framing) {
        var head = new StringBuilder(USUAL_LENGTH)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(HttpResponseStatus.valueOf(status).reasonPhrase())
                .append("\r\n");
        headers.forEach((name, value) -> {
            if (!framesBody(name)) {
                head.append(name).append(": ").append(value).append("\r\n");
            }
        });
        return head.append(framing).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean framesBody(String name) {
        return name.equalsIgnoreCase("content-length")
                || name.equalsIgnoreCase("transfer-encoding")
                || name.equalsIgnoreCase("connection");
    }

    /// What follows the head: the line about the connection, where one is needed, and the empty line.
    static byte[] end(boolean keepAlive, boolean http10) {
        if (!keepAlive) {
            return CLOSE_END;
        }
        return http10 ? KEEP_END : END;
    }

    /// Whether answers of that status never have a body.
    static boolean bodiless(int status) {
        return status < 200 || status == 204 || status == 304;
    }
}
