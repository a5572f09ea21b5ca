package dev.boda.aws;

import dev.boda.aws.model.TimestampFormat;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Times as they are written on the wire.
final class Times {

    private static final double LAST_SECOND = 253_402_300_799.999;
    private static final Pattern UTC = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final int MILLIS = 1000;
    /// Reads days of one digit, and writes them so, which RFC 9110 does not allow.
    private static final DateTimeFormatter READ_HTTP_DATE =
            DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Times() {}

    /// To the millisecond; empty beyond the year 9999.
    static Optional<Instant> ofEpochSeconds(double seconds) {
        return Math.abs(seconds) <= LAST_SECOND
                ? Optional.of(Instant.ofEpochMilli(Math.round(seconds * MILLIS)))
                : Optional.empty();
    }

    static Optional<Instant> parse(String text, TimestampFormat format) {
        try {
            return switch (format) {
                case EPOCH_SECONDS -> ofEpochSeconds(Double.parseDouble(text));
                case DATE_TIME -> UTC.matcher(text).matches() ? Optional.of(Instant.parse(text)) : Optional.empty();
                case HTTP_DATE -> Optional.of(Instant.from(READ_HTTP_DATE.parse(text)));
            };
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    static String format(Instant time, TimestampFormat format) {
        return switch (format) {
            case EPOCH_SECONDS -> epochSeconds(time).toPlainString();
            case DATE_TIME -> DateTimeFormatter.ISO_INSTANT.format(time.truncatedTo(ChronoUnit.MILLIS));
            case HTTP_DATE -> HTTP_DATE.format(time);
        };
    }

    /// With as many of three decimals as it needs.
    static BigDecimal epochSeconds(Instant time) {
        var seconds = BigDecimal.valueOf(time.toEpochMilli(), 3).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }
}
