package dev.boda.image;

import dev.boda.store.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An image as `docker save` wrote it before it wrote OCI's layout: `manifest.json` names the config and a tar a layer,
/// which the config knows by the digests of their bytes.
final class DockerSave implements ImageSource {

    static final String MANIFEST = "manifest.json";

    private final Path folder;
    private final Map<Digest, Path> files = new HashMap<>();
    private final byte[] manifest;

    DockerSave(Path folder) throws IOException {
        this.folder = folder;
        var saved = ImageManifest.json(LayoutFolder.bytes(folder.resolve(MANIFEST)), MANIFEST);
        if (saved.size() != 1) {
            throw new ImageRefusedException("The archive holds " + saved.size() + " images; Boda takes one with one.");
        }
        this.manifest = asOci(saved.get(0));
    }

    private byte[] asOci(JsonNode saved) throws IOException {
        var configFile = file(saved.path("Config").asString(""));
        var config = LayoutFolder.bytes(configFile);
        var oci = JsonMapper.shared().createObjectNode().put("schemaVersion", 2);
        var ofConfig = oci.putObject("config");
        ofConfig.put("digest", "sha256:" + Digest.of(config).hex()).put("size", config.length);
        files.put(Digest.of(config), configFile);
        var digests = ImageManifest.json(config, "config").path("rootfs").path("diff_ids");
        var layers = oci.putArray("layers");
        for (int i = 0; i < saved.path("Layers").size(); i++) {
            var layer = file(saved.path("Layers").get(i).asString(""));
            var digest = digests.path(i).asString("");
            files.put(Descriptor.digest(digest), layer);
            layers.addObject().put("digest", digest).put("size", Files.size(layer));
        }
        return oci.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// A layer that several images share may be a link.
    private Path file(String name) throws IOException {
        var file = RootPaths.resolve(folder, name);
        if (!Files.isRegularFile(file)) {
            throw new ImageRefusedException("The archive names a file that it does not hold: '" + name + "'.");
        }
        return file;
    }

    @Override
    public byte[] manifest() {
        return manifest.clone();
    }

    @Override
    public byte[] manifest(Descriptor other) throws IOException {
        throw new ImageRefusedException("An archive of docker save has one manifest.");
    }

    @Override
    public InputStream blob(Descriptor blob, long from) throws IOException {
        var file = files.get(blob.digest());
        if (file == null) {
            throw new ImageRefusedException("The archive does not hold sha256:" + blob.digest() + ".");
        }
        return LayoutFolder.fileFrom(file, from);
    }

    @Override
    public void close() {}
}
