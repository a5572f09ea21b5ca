package dev.boda;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// A log line for people: time, level, where from, what is known about it by name, and what happened.
///
/// ```
/// 2026-11-21T13:00:00.000Z INFO  requests: status=404 code=ResourceNotFoundException … Function not found: arn:…
/// ```
///
/// Nothing that a client sent can begin a line, end one, or pass for one of the named facts: those stand before the
/// message, in quotes where they are not plain, and the lines of a stack are indented.
final class TextLines extends LineEncoder {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int LONGEST = 8_192;
    private static final int LEVEL_WIDTH = 5;

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line = new StringBuilder(TIME.format(event.getInstant())).append(' ');
        var level = event.getLevel().toString();
        line.append(level).repeat(' ', Math.max(0, LEVEL_WIDTH - level.length()));
        var logger = event.getLoggerName();
        line.append(' ')
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(": ");
        var facts = event.getKeyValuePairs();
        if (facts != null) {
            facts.forEach(fact -> line.append(fact.key)
                    .append('=')
                    .append(value(String.valueOf(fact.value)))
                    .append(' '));
        }
        line.append(plain(event.getFormattedMessage())).append('\n');
        if (event.getThrowableProxy() != null) {
            ThrowableProxyUtil.asString(event.getThrowableProxy())
                    .lines()
                    .forEach(each -> line.append("    ")
                            .append(plain(each.replace("\t", "    ")))
                            .append('\n'));
        }
        return line.toString().getBytes(UTF_8);
    }

    private static String value(String text) {
        boolean word = !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '=');
        return word ? plain(text) : '"' + plain(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Without control characters, line ends of other scripts included; bounded.
    private static String plain(String text) {
        var plain = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(c -> plain.appendCodePoint(isPlain(c) ? c : '?'));
        return plain.toString();
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
