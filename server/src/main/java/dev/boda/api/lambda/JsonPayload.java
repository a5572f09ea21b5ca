package dev.boda.api.lambda;

import dev.boda.function.LambdaErrors;
import java.io.IOException;
import java.util.Objects;
import software.amazon.awssdk.thirdparty.jackson.core.JsonFactory;

/// Refuses a payload that is not JSON, and tells the caller the parser's complaint as AWS does. AWS's sentences come
/// from Jackson 2, whose words differ from those of Boda's own parser: this is the build of it that AWS's SDK brings.
final class JsonPayload {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonPayload() {}

    static void check(byte[] payload) {
        try {
            read(payload);
        } catch (IOException e) {
            throw LambdaErrors.payloadIsNotJson(Objects.requireNonNullElse(e.getMessage(), ""));
        }
    }

    static boolean isJson(byte[] document) {
        try {
            read(document);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void read(byte[] document) throws IOException {
        try (var parser = JSON.createParser(document)) {
            // Strings are not copied, only passed over; what is wrong in one is refused in the words of who reads it.
            while (parser.nextToken() != null) {}
        }
    }
}
