package dev.boda.aws;

import dev.boda.http.HttpExchange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// When a request was signed: `20260131T120000Z` in `X-Amz-Date`, a header or, presigned, a parameter; else the
/// header `Date`, in that form or HTTP's.
final class SignatureTime {

    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /// Requests of a second say the same.
    private static volatile Parsed last = new Parsed("", Optional.empty());

    private record Parsed(String sent, Optional<Instant> time) {}

    private SignatureTime() {}

    /// As it was sent.
    static Optional<String> sent(HttpExchange exchange, boolean presigned) {
        return presigned
                ? QueryString.parse(exchange.rawQuery()).first("X-Amz-Date")
                : exchange.headers()
                        .first("X-Amz-Date")
                        .or(() -> exchange.headers().first("Date"));
    }

    static Optional<Instant> parse(String sent) {
        var known = last;
        if (!known.sent.equals(sent)) {
            known = new Parsed(sent, parseBasic(sent).or(() -> parseHttp(sent)));
            last = known;
        }
        return known.time;
    }

    private static Optional<Instant> parseBasic(String sent) {
        try {
            return Optional.of(Instant.from(BASIC.parse(sent)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> parseHttp(String sent) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(sent)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /// As strings to sign have it.
    static String format(Instant time) {
        return BASIC.format(time);
    }
}
