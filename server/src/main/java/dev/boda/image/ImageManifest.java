package dev.boda.image;

import dev.boda.store.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The parts of an image for one kind of machine:
/// <https://github.com/opencontainers/image-spec/blob/main/manifest.md>, and Docker's, which is alike.
///
/// @param digest of the manifest itself, by which the image is known
/// @param config what the image says of itself
/// @param layers the lowest first
record ImageManifest(Digest digest, Descriptor config, List<Descriptor> layers) {

    /// More than any tool makes.
    static final int MOST_LAYERS = 256;

    private static final int DEEPEST_INDEX = 3;

    ImageManifest {
        layers = List.copyOf(layers);
    }

    /// The manifest for machines of `architecture` (`amd64`, `arm64`), by as many indexes as lead to it.
    static ImageManifest of(ImageSource source, String architecture) throws IOException {
        byte[] bytes = source.manifest();
        var json = json(bytes, "manifest");
        for (int depth = 0; json.path("manifests").isArray(); depth++) {
            if (depth == DEEPEST_INDEX) {
                throw new ImageRefusedException("The image's indexes lead to further indexes without end.");
            }
            bytes = named(source, choose(json.path("manifests"), architecture));
            json = json(bytes, "manifest");
        }
        if (!json.path("layers").isArray() || json.path("layers").size() > MOST_LAYERS) {
            throw new ImageRefusedException("The image's manifest is of a kind that Boda does not read: it must have a"
                    + " config and at most " + MOST_LAYERS + " layers (OCI, or Docker's schema 2).");
        }
        var layers = new ArrayList<Descriptor>();
        for (var layer : json.path("layers")) {
            layers.add(Descriptor.of(layer));
        }
        return new ImageManifest(Digest.of(bytes), Descriptor.of(json.path("config")), layers);
    }

    private static byte[] named(ImageSource source, Descriptor manifest) throws IOException {
        byte[] bytes = source.manifest(manifest);
        if (!Digest.of(bytes).equals(manifest.digest())) {
            throw new ImageRefusedException(
                    "What came for the manifest sha256:" + manifest.digest() + " has another digest.");
        }
        return bytes;
    }

    private static Descriptor choose(JsonNode manifests, String architecture) throws ImageRefusedException {
        var offered = new ArrayList<String>();
        for (var manifest : manifests) {
            var platform = manifest.path("platform");
            var of = platform.path("architecture").asString("");
            boolean linux = platform.path("os").asString("linux").equals("linux");
            if ((linux && of.equals(architecture)) || (platform.isMissingNode() && manifests.size() == 1)) {
                return Descriptor.of(manifest);
            }
            offered.add(platform.path("os").asString("?") + "/" + (of.isEmpty() ? "?" : of));
        }
        throw new ImageRefusedException("The image is not for this machine, linux/" + architecture + ", but for "
                + String.join(", ", offered) + ".");
    }

    /// Reads what should be a JSON object.
    static JsonNode json(byte[] bytes, String what) throws ImageRefusedException {
        try {
            var json = JsonMapper.shared().readTree(bytes);
            if (json.isObject() || json.isArray()) {
                return json;
            }
        } catch (JacksonException e) {
            throw new ImageRefusedException("The image's " + what + " is no JSON.", e);
        }
        throw new ImageRefusedException("The image's " + what + " is no JSON object.");
    }
}
