package dev.boda.function;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A function's record as it is stored, also as it was stored by servers before this one.
final class FunctionDocument {

    private static final String SERVING = "serving";

    private FunctionDocument() {}

    static FunctionRecord read(JsonMapper json, String document) {
        var tree = json.readTree(document);
        if (tree.path(SERVING).has("codeDigest")) {
            var flat = (ObjectNode) tree.get(SERVING);
            ((ObjectNode) tree).set(SERVING, nested(json, flat));
        }
        return json.treeToValue(tree, FunctionRecord.class);
    }

    /// A snapshot used to hold the members of its name, settings and code beside each other. The size of its code was
    /// not among them, and nobody asks for that of a snapshot which is no version.
    private static ObjectNode nested(JsonMapper json, ObjectNode flat) {
        var settings = flat.deepCopy();
        settings.put("description", "");
        var snapshot = json.createObjectNode();
        snapshot.set("id", flat.get("id"));
        snapshot.set("version", flat.get("version"));
        snapshot.putObject("function")
                .set("account", flat.get("account"))
                .set("region", flat.get("region"))
                .set("name", flat.get("name"));
        snapshot.set("settings", settings);
        snapshot.putObject("code")
                .put("sizeBytes", 0)
                .set("digest", flat.get("codeDigest"))
                .set("architecture", flat.get("architecture"));
        return snapshot;
    }
}
