package dev.boda.aws;

import dev.boda.http.HostHeader;
import dev.boda.http.HttpExchange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which web pages may use this server: none but its own and those of origins that were let in by name. A browser runs
/// the pages of strangers on the machine that it is on, so reaching a port there proves nothing.
///
/// @param origins `https://app.example:8443`, in lower case
/// @param hosts   names that this server is reached by, beside addresses and AWS's names, in lower case
public record WebPages(Set<String> origins, Set<String> hosts) {

    private static final List<String> OWN_SITES = List.of("same-origin", "none");

    public WebPages {
        origins = Set.copyOf(origins);
        hosts = Set.copyOf(hosts);
    }

    /// No page at all.
    public static WebPages none() {
        return new WebPages(Set.of(), Set.of());
    }

    /// Why a request is refused; empty if it may pass. Looks at headers only.
    Optional<String> refusal(HttpExchange exchange) {
        for (var host : HostHeader.of(exchange)) {
            if (!isOurs(host)) {
                return Optional.of("Boda is not known as '" + host.name()
                        + "'. If it is to be reached by that name, start it with --allow-host " + host.name() + ".");
            }
        }
        var headers = exchange.headers();
        if (headers.contains("Origin")) {
            return headers.all("Origin").stream()
                    .filter(origin -> !isAllowed(origin) && !isOwn(origin, exchange))
                    .findFirst()
                    .map(origin -> "Boda answers no web pages of other origins, and this request comes from '" + origin
                            + "'. To let that one in, start Boda with --allow-origin " + origin + ".");
        }
        return headers.first("Sec-Fetch-Site")
                .filter(site -> !OWN_SITES.contains(site.toLowerCase(Locale.ROOT)))
                .map(_ -> "Boda answers no web pages of other origins, and a browser says that this request comes from"
                        + " one.");
    }

    /// The origin of a page that was let in, if one asks.
    Optional<String> allowedOrigin(HttpExchange exchange) {
        return exchange.headers().first("Origin").filter(this::isAllowed);
    }

    private boolean isAllowed(String origin) {
        return !origins.isEmpty() && origins.contains(origin.toLowerCase(Locale.ROOT));
    }

    /// Another port of the same host is another origin.
    private static boolean isOwn(String origin, HttpExchange exchange) {
        return exchange.headers()
                .first("Host")
                .filter(host -> origin.equalsIgnoreCase("http://" + host))
                .isPresent();
    }

    private boolean isOurs(HostHeader host) {
        return host.isAddress() || HostName.isAws(host.name()) || hosts.contains(host.name());
    }
}
