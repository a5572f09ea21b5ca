package dev.boda.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where an image is. What it gives is not verified: that is for who asks.
public interface ImageSource extends AutoCloseable {

    /// Most bytes of a manifest or a config.
    int MOST_JSON_BYTES = 4 << 20;

    /// The manifest, or the index, that the source's name means.
    byte[] manifest() throws IOException;

    /// A manifest that an index names.
    byte[] manifest(Descriptor manifest) throws IOException;

    /// The bytes of a part from the one with number `from` on.
    InputStream blob(Descriptor blob, long from) throws IOException;

    @Override
    void close() throws IOException;

    /// The image in an OCI layout, or in an archive of one or of `docker save`, or in a registry.
    ///
    /// @param text    a path, which begins with `/` or `.`, or an [ImageReference]
    /// @param scratch a folder to unpack an archive in, which exists; nothing is left there after [#close()]
    static ImageSource open(String text, Path scratch) throws IOException {
        if (!isPath(text)) {
            return new Registry(ImageReference.parse(text));
        }
        var path = Path.of(text).toAbsolutePath().normalize();
        if (Files.isDirectory(path)) {
            return new LayoutFolder(path);
        }
        if (Files.isRegularFile(path)) {
            return ImageArchive.open(path, scratch);
        }
        throw new ImageRefusedException("There is no file or folder " + path + ".");
    }

    /// Whether it names something on this machine's disks.
    static boolean isPath(String text) {
        return text.startsWith("/") || text.equals(".") || text.startsWith("./") || text.startsWith("../");
    }

    /// Whether it names a folder that is a root file system itself.
    static boolean isRoot(String text) {
        return isPath(text) && Files.isDirectory(Path.of(text)) && !isLayout(Path.of(text));
    }

    /// Whether a folder holds an image in OCI's layout, and not a root file system.
    static boolean isLayout(Path folder) {
        return Files.isRegularFile(folder.resolve("oci-layout"));
    }
}
