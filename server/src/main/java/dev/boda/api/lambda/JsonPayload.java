package dev.boda.api.lambda;

import dev.boda.function.FunctionRules;
import dev.boda.function.LambdaErrors;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Refuses a payload that is not JSON. AWS reads it with the same parser, and tells its complaint to the caller.
final class JsonPayload {

    /// The parser's own limit where AWS's is from: deeper documents exhaust memory, not the stack.
    private static final int DEPTH = 1_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxStringLength(FunctionRules.PAYLOAD_BYTES)
                    .maxNumberLength(FunctionRules.PAYLOAD_BYTES)
                    .maxNameLength(FunctionRules.PAYLOAD_BYTES)
                    .build())
            .build();

    private JsonPayload() {}

    static void check(byte[] payload) {
        try {
            read(payload);
        } catch (JacksonException e) {
            throw LambdaErrors.payloadIsNotJson(Objects.requireNonNullElse(e.getMessage(), ""));
        }
    }

    static boolean isJson(byte[] document) {
        try {
            read(document);
            return true;
        } catch (JacksonException _) {
            return false;
        }
    }

    private static void read(byte[] document) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), document)) {
            while (parser.nextToken() != null) {
                parser.finishToken();
            }
        }
    }
}
