package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.HostHeader;
import dev.boda.http.HttpExchange;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The headers of an event: names in lower case, fields of one name joined by commas, what concerns the connection only
/// left out, and what AWS's proxies add. Captured events (hotsock/voker, July 2026; behind CloudFront, June 2023) show
/// that `X-Forwarded-For` is passed on as sent, and that cookies stand here, too.
///
/// There is no `x-amzn-tls-version`: what arrives here did not come by TLS. Whoever ended TLS before says so in
/// `X-Forwarded-Proto` and `X-Forwarded-Port`.
final class EventHeaders {

    private static final Set<String> OF_CONNECTION = Set.of(
            "connection",
            "expect",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final String COOKIE = "cookie";
    private static final int ASCII = 0x7f;

    private EventHeaders() {}

    /// @param root      of the invocation's trace: `Root=1-…`
    /// @param bodyBytes of the body, which came in pieces if its length is not among the headers
    static Map<String, String> of(HttpExchange exchange, String root, int bodyBytes) {
        var headers = new LinkedHashMap<String, String>();
        exchange.headers().forEach((field, value) -> {
            var name = field.toLowerCase(Locale.ROOT);
            if (!OF_CONNECTION.contains(name)) {
                headers.merge(name, text(value), (before, next) -> before + (name.equals(COOKIE) ? "; " : ",") + next);
            }
        });
        if (bodyBytes > 0) {
            headers.putIfAbsent("content-length", Integer.toString(bodyBytes));
        }
        headers.putIfAbsent("x-forwarded-for", sourceIp(exchange));
        headers.putIfAbsent("x-forwarded-port", port(headers.getOrDefault("host", "")));
        headers.putIfAbsent("x-forwarded-proto", "http");
        headers.put("x-amzn-trace-id", root);
        return headers;
    }

    static String sourceIp(HttpExchange exchange) {
        return exchange.remote().getAddress().getHostAddress();
    }

    /// The port that the client went to: HTTP's own where its `Host` names none.
    private static String port(String host) {
        int name = HostHeader.parse(host).name().length();
        return host.length() > name + 1 ? host.substring(name + 1) : "80";
    }

    static List<String> cookies(Map<String, String> headers) {
        return Arrays.stream(headers.getOrDefault(COOKIE, "").split(";"))
                .map(String::strip)
                .filter(cookie -> !cookie.isEmpty())
                .toList();
    }

    /// A field's bytes as text: clients that send more than ASCII send UTF-8.
    private static String text(String field) {
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) > ASCII) {
                return new String(field.getBytes(ISO_8859_1), UTF_8);
            }
        }
        return field;
    }
}
