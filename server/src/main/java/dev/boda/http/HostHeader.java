package dev.boda.http;

import java.util.List;
import java.util.Locale;

/// The name in a `Host` header, without the port, in lower case. A browser puts there what its address bar says: a
/// name that is no address of ours tells of a page whose owner has pointed that name at this machine (DNS rebinding).
///
/// @param name `localhost`, `127.0.0.1`, `[::1]`, `lambda.us-east-1.amazonaws.com`
public record HostHeader(String name) {

    /// The name in the text of a header: `localhost:4566`.
    public static HostHeader parse(String text) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', bracket + 1);
        return new HostHeader((colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT));
    }

    /// All that a request carries: one, if its client is in order; none from clients older than HTTP/1.1.
    public static List<HostHeader> of(HttpExchange exchange) {
        return exchange.headers().all("Host").stream().map(HostHeader::parse).toList();
    }

    /// Whether it is `localhost` or an address, which nobody can point elsewhere.
    public boolean isAddress() {
        return name.equals("localhost") || isIpv4() || (name.startsWith("[") && name.endsWith("]"));
    }

    private boolean isIpv4() {
        int dots = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return dots == 3;
    }
}
