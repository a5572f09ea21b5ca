package dev.boda.image;

import dev.boda.store.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Writes the tar of a layer, entry by entry, with whatever names and types a test likes; and images of such layers.
final class Layers {

    private static final int FILE_MODE = 0644;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    private Layers() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    static Layers layer() {
        return new Layers();
    }

    Layers file(String name, String content) {
        return file(name, content, FILE_MODE);
    }

    Layers file(String name, String content, int mode) {
        var entry = entry(name, TarConstants.LF_NORMAL);
        entry.setMode(mode);
        return put(entry, content.getBytes(StandardCharsets.UTF_8));
    }

    Layers bytes(String name, byte[] content) {
        return put(entry(name, TarConstants.LF_NORMAL), content);
    }

    Layers folder(String name, int mode) {
        var entry = entry(name + "/", TarConstants.LF_DIR);
        entry.setMode(mode);
        return put(entry, new byte[0]);
    }

    Layers link(String name, String target) {
        return special(name, TarConstants.LF_SYMLINK, target);
    }

    Layers hardLink(String name, String target) {
        return special(name, TarConstants.LF_LINK, target);
    }

    Layers special(String name, byte type, String target) {
        var entry = entry(name, type);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    private static TarArchiveEntry entry(String name, byte type) {
        var entry = new TarArchiveEntry(name, type, true);
        entry.setModTime(1_000_000_000_000L);
        return entry;
    }

    Layers put(TarArchiveEntry entry, byte[] content) {
        try {
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] tar() {
        try {
            tar.finish();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static String digest(byte[] content) {
        return "sha256:" + Digest.of(content).hex();
    }

    /// An image by its parts, as a registry has them.
    ///
    /// @param index the bytes of an index that leads to the manifest for amd64 and for arm64
    /// @param blobs manifest, config and layers by digest
    record Image(byte[] index, Map<String, byte[]> blobs) {

        static Image of(byte[]... tars) {
            return of(List.of(tars), List.of(tars).stream().map(Layers::digest).toList());
        }

        /// @param diffs what the config says that the layers are unpacked
        static Image of(List<byte[]> tars, List<String> diffs) {
            var blobs = new LinkedHashMap<String, byte[]>();
            var layers = new ArrayList<String>();
            for (var tar : tars) {
                layers.add(put(blobs, gzip(tar)));
            }
            var config = put(blobs, utf8("{\"rootfs\": {\"diff_ids\": " + quoted(diffs) + "}}"));
            var manifest =
                    put(blobs, utf8("{\"schemaVersion\": 2, \"config\": " + config + ", \"layers\": " + layers + "}"));
            var entries = new ArrayList<String>();
            for (var architecture : List.of("s390x", "amd64", "arm64")) {
                entries.add(manifest.replace(
                        "}", ", \"platform\": {\"os\": \"linux\", \"architecture\": \"" + architecture + "\"}}"));
            }
            return new Image(utf8("{\"schemaVersion\": 2, \"manifests\": " + entries + "}"), blobs);
        }

        private static String put(Map<String, byte[]> blobs, byte[] content) {
            blobs.put(digest(content), content);
            return "{\"digest\": \"" + digest(content) + "\", \"size\": " + content.length + "}";
        }

        private static List<String> quoted(List<String> texts) {
            return texts.stream().map(text -> '"' + text + '"').toList();
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        /// Writes it as an OCI layout.
        Path layout(Path folder) throws IOException {
            var files = Files.createDirectories(folder.resolve("blobs/sha256"));
            Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\": \"1.0.0\"}");
            Files.write(folder.resolve("index.json"), index);
            for (var blob : blobs.entrySet()) {
                Files.write(files.resolve(blob.getKey().substring("sha256:".length())), blob.getValue());
            }
            return folder;
        }
    }
}
