package dev.boda.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes access requests to the server's log: a line each, of names and values, `action=lambda:InvokeFunction`.
public final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("access");

    private AccessLog() {}

    /// One request, with what is known of it. Callers choose some of the values; whoever writes the log sees to it that
    /// none ends the line or passes for another.
    public static void write(AccessRequest request, boolean allowed) {
        var line = LOG.atInfo()
                .addKeyValue("principal", request.principal().name())
                .addKeyValue("action", request.action())
                .addKeyValue("resource", request.resource());
        for (var condition : request.conditions().get().entrySet()) {
            line = line.addKeyValue(condition.getKey(), String.join(",", condition.getValue()));
        }
        line.log(allowed ? "allowed" : "refused");
    }
}
