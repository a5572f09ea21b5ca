package dev.boda.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// An image in a folder of OCI's layout:
/// <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>.
final class LayoutFolder implements ImageSource {

    private final Path folder;

    LayoutFolder(Path folder) throws ImageRefusedException {
        if (!ImageSource.isLayout(folder)) {
            throw new ImageRefusedException(folder + " is no OCI layout: it has no file oci-layout.");
        }
        this.folder = folder;
    }

    @Override
    public byte[] manifest() throws IOException {
        return bytes(folder.resolve("index.json"));
    }

    @Override
    public byte[] manifest(Descriptor manifest) throws IOException {
        return bytes(file(manifest));
    }

    @Override
    public InputStream blob(Descriptor blob, long from) throws IOException {
        return fileFrom(file(blob), from);
    }

    private Path file(Descriptor blob) {
        return folder.resolve("blobs/sha256").resolve(blob.digest().hex());
    }

    /// A part must be a file of the layout's own: a link might lead to anything that this user reads.
    static InputStream fileFrom(Path file, long from) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ImageRefusedException("The image is not whole: there is no file " + file + ".");
        }
        var stream = Files.newInputStream(file);
        stream.skipNBytes(from);
        return stream;
    }

    static byte[] bytes(Path file) throws IOException {
        try (var stream = fileFrom(file, 0)) {
            var bytes = stream.readNBytes(MOST_JSON_BYTES + 1);
            if (bytes.length > MOST_JSON_BYTES) {
                throw new ImageRefusedException(file + " is larger than a manifest may be, 4 MB.");
            }
            return bytes;
        }
    }

    @Override
    public void close() {}
}
