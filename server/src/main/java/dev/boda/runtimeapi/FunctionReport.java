package dev.boda.runtimeapi;

import dev.boda.http.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a runtime reports about a failure: its type, and the JSON that the caller gets.
final class FunctionReport {

    private static final Pattern TYPE = Pattern.compile("(Runtime|Function)\\.[A-Z][a-zA-Z]+");
    private static final String WITH_CAUSE = "application/vnd.aws.lambda.error.cause+json";
    private static final byte[] INVALID = "\"Invalid error body\"".getBytes(StandardCharsets.UTF_8);
    private static final JsonMapper JSON = JsonMapper.shared();

    private FunctionReport() {}

    /// AWS takes only types like `Runtime.Name` and `Function.Name`, with anything around them, and calls the others
    /// unknown.
    static String validType(String reported) {
        if (TYPE.matcher(reported).find()) {
            return reported;
        }
        return reported.startsWith("Function.") ? "Function.Unknown" : "Runtime.Unknown";
    }

    /// The body of an error report. One with an X-Ray cause is handed on without it.
    static byte[] payload(HttpExchange exchange, int limitBytes) throws IOException {
        var body = exchange.readBody(limitBytes);
        var contentType = exchange.headers().first("Content-Type").orElse("");
        return contentType.equals(WITH_CAUSE) ? withoutCause(body) : body;
    }

    private static byte[] withoutCause(byte[] body) {
        try {
            var report = JSON.readTree(body);
            var kept = JSON.createObjectNode();
            kept.put("errorMessage", report.path("errorMessage").asString(""));
            kept.put("errorType", report.path("errorType").asString(""));
            JsonNode stackTrace = report.path("stackTrace");
            if (!stackTrace.isEmpty()) {
                kept.set("stackTrace", stackTrace);
            }
            return JSON.writeValueAsBytes(kept);
        } catch (JacksonException _) {
            return INVALID;
        }
    }

    /// The report in a trailer, which is in base64; one that is not is taken as it is.
    static byte[] decoded(String trailer) {
        try {
            return Base64.getDecoder().decode(trailer);
        } catch (IllegalArgumentException _) {
            return trailer.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
