package dev.boda.aws;

import dev.boda.aws.model.Shape;
import dev.boda.aws.model.TimestampFormat;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import tools.jackson.core.Base64Variants;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;

/// The values of a JSON body that hold no others, where the parser stands: as their type, or refused in AWS's words.
///
/// @param body    what is parsed
/// @param lenient whether a value of another type is made its own where that is easy
record JsonScalars(JsonParser parser, byte[] body, boolean lenient) {

    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    static ServiceException unexpected(JsonToken token) {
        return Refusals.serialization(
                token == JsonToken.START_ARRAY
                        ? "Start of list found where not expected"
                        : "Start of structure or map found where not expected.");
    }

    String text() {
        expect(JsonToken.VALUE_STRING, "a String");
        return parser.getString();
    }

    /// A fraction is cut off where the service does so; a number too large for its type is refused.
    Object number(Shape.Numeric shape) {
        if (!parser.currentToken().isNumeric()) {
            if (parser.currentToken() == JsonToken.VALUE_STRING && NOT_FINITE.contains(parser.getString())) {
                switch (shape.kind()) {
                    case FLOAT -> {
                        return Float.valueOf(parser.getString());
                    }
                    case DOUBLE -> {
                        return Double.valueOf(parser.getString());
                    }
                    default -> {}
                }
            }
            throw cannotBecome(shape.kind().article());
        }
        if (!lenient
                && parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
                && shape.kind().isWhole()) {
            throw cannotBecome(shape.kind().article());
        }
        try {
            return switch (shape.kind()) {
                case BYTE -> parser.getByteValue();
                case SHORT -> parser.getShortValue();
                case INTEGER -> parser.getIntValue();
                case LONG -> parser.getLongValue();
                case FLOAT -> (float) parser.getDoubleValue();
                case DOUBLE -> parser.getDoubleValue();
            };
        } catch (InputCoercionException e) {
            throw cannotBecome(shape.kind().article());
        }
    }

    /// A lenient service takes any text for true.
    Object bool() {
        var token = parser.currentToken();
        if (token == JsonToken.VALUE_TRUE || (token == JsonToken.VALUE_STRING && lenient)) {
            return true;
        }
        if (token == JsonToken.VALUE_FALSE) {
            return false;
        }
        throw cannotBecome("a Boolean");
    }

    Object time(@Nullable TimestampFormat format) {
        var token = parser.currentToken();
        boolean number = format == null || format == TimestampFormat.EPOCH_SECONDS;
        var time = token.isNumeric() && number
                ? Times.ofEpochSeconds(parser.getDoubleValue())
                : token == JsonToken.VALUE_STRING && format != null && !number
                        ? Times.parse(parser.getString(), format)
                        : Optional.<Instant>empty();
        return time.orElseThrow(() -> cannotBecome("milliseconds since epoch"));
    }

    Object blob() {
        expect(JsonToken.VALUE_STRING, "a Blob");
        try {
            return SdkBytes.fromByteArrayUnsafe(parser.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS));
        } catch (StreamReadException e) {
            long offset = parser.currentTokenLocation().getByteOffset();
            throw Refusals.serialization(Base64Sentence.of(body, (int) offset));
        }
    }

    void expect(JsonToken token, String article) {
        if (parser.currentToken() != token) {
            throw cannotBecome(article);
        }
    }

    void expect(JsonToken token, JsonToken otherStart, String sentence) {
        var found = parser.currentToken();
        if (found == otherStart) {
            throw unexpected(found);
        }
        if (found != token) {
            throw Refusals.serialization(sentence);
        }
    }

    private ServiceException cannotBecome(String article) {
        var token = parser.currentToken();
        return switch (token) {
            case START_ARRAY, START_OBJECT -> unexpected(token);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> cannotBecome("NUMBER_VALUE", article);
            case VALUE_STRING -> cannotBecome("STRING_VALUE", article);
            case VALUE_TRUE -> cannotBecome("TRUE_VALUE", article);
            case VALUE_FALSE -> cannotBecome("FALSE_VALUE", article);
            default -> Refusals.serialization("");
        };
    }

    private static ServiceException cannotBecome(String token, String article) {
        return Refusals.serialization(token + " can not be converted to " + article);
    }
}
