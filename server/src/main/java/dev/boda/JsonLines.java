package dev.boda;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.io.ByteArrayOutputStream;
import org.slf4j.event.KeyValuePair;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A log line for machines: one JSON object, what is known by name being members of it.
///
/// ```
/// {"time":"2026-11-21T13:00:00.000Z","level":"INFO","logger":"requests","message":"…","status":404,…}
/// ```
final class JsonLines extends LineEncoder {

    private static final int LONGEST = 8_192;
    private static final int LONGEST_STACK = 65_536;
    private final JsonFactory factory = new JsonFactory();

    @Override
    public byte[] encode(ILoggingEvent event) {
        var bytes = new ByteArrayOutputStream();
        try (var json = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("time", event.getInstant().toString());
            json.writeStringProperty("level", event.getLevel().toString());
            json.writeStringProperty("logger", event.getLoggerName());
            json.writeStringProperty("message", whole(event.getFormattedMessage(), LONGEST));
            var facts = event.getKeyValuePairs();
            if (facts != null) {
                facts.forEach(fact -> write(json, fact));
            }
            if (event.getThrowableProxy() != null) {
                var stack = ThrowableProxyUtil.asString(event.getThrowableProxy());
                json.writeStringProperty("stack", whole(stack, LONGEST_STACK));
            }
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, KeyValuePair fact) {
        json.writeName(fact.key);
        switch (fact.value) {
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Boolean flag -> json.writeBoolean(flag);
            case null -> json.writeNull();
            default -> json.writeString(whole(fact.value.toString(), LONGEST));
        }
    }

    /// Bounded, and without half characters: there is no UTF-8 for them, and readers may refuse the line.
    private static String whole(String text, int limit) {
        var whole = new StringBuilder();
        text.codePoints()
                .limit(limit)
                .forEach(c -> whole.appendCodePoint(Character.getType(c) == Character.SURROGATE ? '?' : c));
        return whole.toString();
    }
}
