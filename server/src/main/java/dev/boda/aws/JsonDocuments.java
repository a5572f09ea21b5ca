package dev.boda.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import software.amazon.awssdk.core.document.Document;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// JSON of any form as the SDK's documents.
final class JsonDocuments {

    private JsonDocuments() {}

    /// The value that the parser stands at.
    static Document read(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_ARRAY -> {
                var elements = new ArrayList<Document>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(read(parser));
                }
                yield Document.fromList(elements);
            }
            case START_OBJECT -> {
                var entries = new LinkedHashMap<String, Document>();
                for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    entries.put(name, read(parser));
                }
                yield Document.fromMap(entries);
            }
            case VALUE_STRING -> Document.fromString(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Document.fromNumber(parser.getString());
            case VALUE_TRUE -> Document.fromBoolean(true);
            case VALUE_FALSE -> Document.fromBoolean(false);
            default -> Document.fromNull();
        };
    }
}
