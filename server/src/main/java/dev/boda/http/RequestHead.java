package dev.boda.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/// What a request says before its body.
///
/// @param target         as sent: a path and a query, after scheme and host if the client believes to talk to a proxy
/// @param announcedBytes what `Content-Length` says, or -1
/// @param chunked        whether the body comes in chunks
/// @param keepAlive      whether the client wants to send another request after this one
/// @param asksFirst      whether the client waits for a word before it sends its body (`Expect: 100-continue`)
record RequestHead(
        String method,
        String target,
        HttpHeaders headers,
        long announcedBytes,
        boolean chunked,
        boolean http10,
        boolean keepAlive,
        boolean asksFirst) {

    static RequestHead of(HttpRequest request) {
        return new RequestHead(
                request.method().name(),
                request.uri(),
                fields(request.headers()),
                HttpUtil.getContentLength(request, -1L),
                HttpUtil.isTransferEncodingChunked(request),
                request.protocolVersion().equals(HttpVersion.HTTP_1_0),
                HttpUtil.isKeepAlive(request),
                HttpUtil.is100ContinueExpected(request));
    }

    /// Of a head, or behind a body.
    static HttpHeaders fields(io.netty.handler.codec.http.HttpHeaders received) {
        if (received.isEmpty()) {
            return HttpHeaders.EMPTY;
        }
        var builder = HttpHeaders.builder();
        var fields = received.iteratorCharSequence();
        while (fields.hasNext()) {
            var field = fields.next();
            builder.addReceived(field.getKey().toString(), field.getValue().toString());
        }
        return builder.build();
    }

    String rawPath() {
        int start = pathStart();
        int end = target.indexOf('?', start);
        if (start == target.length() || start == end) {
            return "/";
        }
        return end < 0 ? target.substring(start) : target.substring(start, end);
    }

    String rawQuery() {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    private int pathStart() {
        if (target.startsWith("/")) {
            return 0;
        }
        int scheme = target.indexOf("://");
        if (scheme < 0) {
            return 0;
        }
        for (int i = scheme + 3; i < target.length(); i++) {
            if (target.charAt(i) == '/' || target.charAt(i) == '?') {
                return i;
            }
        }
        return target.length();
    }
}
