package dev.boda.image;

import dev.boda.store.Digest;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What an image says of one of its parts:
/// <https://github.com/opencontainers/image-spec/blob/main/descriptor.md>.
///
/// @param digest of its bytes
/// @param size   of its bytes
record Descriptor(Digest digest, long size) {

    private static final Pattern SHA_256 = Pattern.compile("sha256:[0-9a-f]{64}");

    static Descriptor of(JsonNode json) throws ImageRefusedException {
        long size = json.path("size").asLong(-1);
        if (size < 0) {
            throw new ImageRefusedException("The image names a part without a size.");
        }
        return new Descriptor(digest(json.path("digest").asString("")), size);
    }

    /// Only SHA-256 is understood; registries offer no other.
    static Digest digest(String text) throws ImageRefusedException {
        if (!SHA_256.matcher(text).matches()) {
            throw new ImageRefusedException("The image names a part by '" + text + "', which is no SHA-256 digest.");
        }
        return new Digest(text.substring(text.indexOf(':') + 1));
    }
}
