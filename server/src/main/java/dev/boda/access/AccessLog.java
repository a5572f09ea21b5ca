package dev.boda.access;

import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes access requests to the server's log: a line each, of names and values, `action=lambda:InvokeFunction`.
public final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    /// What needs no quotes.
    private static final Pattern PLAIN = Pattern.compile("[\\w:/.*$@+,\\[\\]-]+");

    private AccessLog() {}

    /// One request, with what is known of it.
    public static void write(AccessRequest request) {
        LOG.info("{}", line(request));
    }

    static String line(AccessRequest request) {
        var line = new StringBuilder("allowed");
        append(line, "principal", request.principal().name());
        append(line, "action", request.action());
        append(line, "resource", request.resource());
        request.conditions().get().forEach((key, values) -> append(line, key, String.join(",", values)));
        return line.toString();
    }

    /// Callers choose some of the values, so none may end the line or begin another value.
    private static void append(StringBuilder line, String key, String value) {
        line.append(' ').append(key).append('=');
        if (PLAIN.matcher(value).matches()) {
            line.append(value);
            return;
        }
        line.append('"');
        value.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> line.append('\\').append((char) c);
                default -> line.append(Character.isISOControl(c) ? ' ' : (char) c);
            }
        });
        line.append('"');
    }
}
