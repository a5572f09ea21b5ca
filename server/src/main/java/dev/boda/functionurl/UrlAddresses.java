package dev.boda.functionurl;

import dev.boda.http.HostHeader;
import dev.boda.http.HttpExchange;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds out of a request's `Host` and path whether it is for a function URL. Asked of every request, on I/O threads.
final class UrlAddresses {

    private static final String LABEL = ".lambda-url.";
    private static final String PREFIX = "/_boda/url/";

    /// The first of these resolves to this machine everywhere.
    private static final Set<String> SUFFIXES = Set.of("localhost.localstack.cloud", "localhost", "on.aws");
    private static final Pattern ID = Pattern.compile("[a-z0-9]{32}");

    private final Set<String> suffixes;

    /// @param more suffixes of host names, beside those that always are: `boda.example`, in lower case
    UrlAddresses(Set<String> more) {
        var all = new HashSet<>(SUFFIXES);
        all.addAll(more);
        suffixes = Set.copyOf(all);
    }

    /// `ID.lambda-url.REGION.SUFFIX`, with any port; else `/_boda/url/ID/…`. Whether there is such a URL is not asked.
    Optional<UrlAddress> of(HttpExchange exchange) {
        var named = byName(exchange);
        return named.isPresent() ? named : byPath(exchange);
    }

    /// By the host name only.
    Optional<UrlAddress> byName(HttpExchange exchange) {
        var host = HostHeader.parse(exchange.headers().first("Host").orElse("")).name();
        int label = host.indexOf(LABEL);
        int region = label + LABEL.length();
        int suffix = label < 0 ? -1 : host.indexOf('.', region);
        if (label <= 0 || suffix < 0 || !suffixes.contains(host.substring(suffix + 1))) {
            return Optional.empty();
        }
        return Optional.of(new UrlAddress(
                host.substring(0, label), Optional.of(host.substring(region, suffix)), host, exchange.rawPath()));
    }

    private static Optional<UrlAddress> byPath(HttpExchange exchange) {
        var path = exchange.rawPath();
        if (!path.startsWith(PREFIX)) {
            return Optional.empty();
        }
        int slash = path.indexOf('/', PREFIX.length());
        var id = path.substring(PREFIX.length(), slash < 0 ? path.length() : slash);
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        return Optional.of(new UrlAddress(id, Optional.empty(), "", slash < 0 ? "/" : path.substring(slash)));
    }

    /// The host name of a URL, as the path form does not say it.
    static String domain(String id, String region, String suffix) {
        return id + LABEL + region + "." + suffix;
    }
}
