package dev.boda.api.lambda;

import dev.boda.function.LambdaErrors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a mobile SDK tells of itself in the header `X-Amz-Client-Context`: JSON, in Base64.
final class ClientContext {

    private ClientContext() {}

    static @Nullable String decode(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return null;
        }
        byte[] json;
        try {
            json = Base64.getDecoder().decode(header);
        } catch (IllegalArgumentException _) {
            throw LambdaErrors.clientContextIsNotJson();
        }
        if (!JsonPayload.isJson(json)) {
            throw LambdaErrors.clientContextIsNotJson();
        }
        return new String(json, StandardCharsets.UTF_8);
    }
}
