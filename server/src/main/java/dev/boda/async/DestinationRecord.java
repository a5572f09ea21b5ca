package dev.boda.async;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a destination is told about an event that is over.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
///
/// @param functionArn  with the qualifier that was run
/// @param invokeCount  how often it was tried
/// @param requestPayload  the event
/// @param answer       the last one's; absent if it was never run
record DestinationRecord(
        String requestId,
        String functionArn,
        RetryPolicy.Condition condition,
        int invokeCount,
        byte[] requestPayload,
        @Nullable Answer answer) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int OK = 200;

    /// What a run gave.
    ///
    /// @param version that ran
    /// @param failed  whether it is a function error
    record Answer(String version, boolean failed, byte[] payload) {}

    /// As AWS writes it.
    byte[] json(Instant now) {
        var members = new LinkedHashMap<String, @Nullable Object>();
        members.put("version", "1.0");
        members.put("timestamp", Timestamps.of(now));
        members.put("requestContext", requestContext());
        members.put("requestPayload", tree(requestPayload));
        var given = answer;
        if (given != null) {
            members.put("responseContext", responseContext(given));
            members.put("responsePayload", tree(given.payload));
        }
        return JSON.writeValueAsBytes(members);
    }

    private Map<String, Object> requestContext() {
        var context = new LinkedHashMap<String, Object>();
        context.put("requestId", requestId);
        context.put("functionArn", functionArn);
        context.put("condition", condition.wire());
        context.put("approximateInvokeCount", invokeCount);
        return context;
    }

    private static Map<String, Object> responseContext(Answer answer) {
        var context = new LinkedHashMap<String, Object>();
        context.put("statusCode", OK);
        context.put("executedVersion", answer.version);
        if (answer.failed) {
            context.put("functionError", "Unhandled");
        }
        return context;
    }

    /// JSON as JSON; what a runtime answered otherwise as a text.
    private static @Nullable Object tree(byte[] payload) {
        if (payload.length == 0) {
            return null;
        }
        try {
            return JSON.readTree(payload);
        } catch (JacksonException _) {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }
}
