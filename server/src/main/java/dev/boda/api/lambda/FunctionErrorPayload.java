package dev.boda.api.lambda;

import dev.boda.engine.InvocationResult.FunctionError;
import java.util.LinkedHashMap;
import tools.jackson.databind.json.JsonMapper;

/// The payload of a function error: the runtime's own report, byte for byte, or the one that AWS writes for a function
/// that could not report anything.
public final class FunctionErrorPayload {

    private static final JsonMapper JSON = new JsonMapper();

    /// AWS writes this one's message first, all others' type.
    private static final String TOO_LARGE = "Function.ResponseSizeTooLarge";

    private FunctionErrorPayload() {}

    public static byte[] of(FunctionError error) {
        var reported = error.payload();
        if (reported != null) {
            return reported;
        }
        var members = new LinkedHashMap<String, String>();
        if (error.errorType().equals(TOO_LARGE)) {
            members.put("errorMessage", error.errorMessage());
            members.put("errorType", error.errorType());
        } else {
            members.put("errorType", error.errorType());
            members.put("errorMessage", error.errorMessage());
        }
        return JSON.writeValueAsBytes(members);
    }
}
