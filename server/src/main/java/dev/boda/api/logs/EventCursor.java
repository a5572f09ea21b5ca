package dev.boda.api.logs;

import dev.boda.store.LogPosition;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A place among the events of a stream and a direction to go on from it, as GetLogEvents' tokens say it:
/// `f/` or `b/`, 56 digits, `/s`. Forward goes on behind the place, backward before it.
record EventCursor(boolean forward, LogPosition position) {

    private static final Pattern TOKEN = Pattern.compile("([fb])/(\\d{56})/s");
    private static final int SEQUENCE_BITS = 144;

    /// The cursor that `token` says, if it is one.
    static Optional<EventCursor> parse(String token) {
        var matcher = TOKEN.matcher(token);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var number = new BigInteger(matcher.group(2));
        BigInteger millis = number.shiftRight(SEQUENCE_BITS);
        BigInteger sequence = number.subtract(millis.shiftLeft(SEQUENCE_BITS));
        if (millis.bitLength() >= Long.SIZE || sequence.bitLength() >= Long.SIZE) {
            return Optional.empty();
        }
        var position = new LogPosition(millis.longValueExact(), sequence.longValueExact());
        return Optional.of(new EventCursor(matcher.group(1).equals("f"), position));
    }

    String token() {
        return (forward ? "f/" : "b/") + eventId(position) + "/s";
    }

    /// The event's id in AWS's form: 56 digits that begin with its time, as AWS's do (time times 2¹⁴⁴).
    static String eventId(LogPosition position) {
        BigInteger number = BigInteger.valueOf(position.timestampMillis())
                .shiftLeft(SEQUENCE_BITS)
                .add(BigInteger.valueOf(position.sequence()));
        return String.format(Locale.ROOT, "%056d", number);
    }
}
