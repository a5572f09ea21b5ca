package dev.boda.image;

import dev.boda.store.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// An image in one file, a tar of OCI's layout or of `docker save`, unpacked while it is open.
final class ImageArchive implements ImageSource {

    private final Path unpacked;
    private final ImageSource inside;

    private ImageArchive(Path unpacked, ImageSource inside) {
        this.unpacked = unpacked;
        this.inside = inside;
    }

    static ImageSource open(Path archive, Path scratch) throws IOException {
        var unpacked = Files.createDirectory(scratch.resolve("archive-" + UUID.randomUUID()));
        try (var stream = Files.newInputStream(archive)) {
            new RootUnpacker(unpacked).add(stream, null);
            return new ImageArchive(unpacked, inside(archive, unpacked));
        } catch (IOException | RuntimeException e) {
            Trees.delete(unpacked);
            throw e;
        }
    }

    private static ImageSource inside(Path archive, Path unpacked) throws IOException {
        if (ImageSource.isLayout(unpacked)) {
            return new LayoutFolder(unpacked);
        }
        if (Files.isRegularFile(unpacked.resolve(DockerSave.MANIFEST))) {
            return new DockerSave(unpacked);
        }
        throw new ImageRefusedException(archive + " holds no image: neither oci-layout nor manifest.json is in it.");
    }

    @Override
    public byte[] manifest() throws IOException {
        return inside.manifest();
    }

    @Override
    public byte[] manifest(Descriptor manifest) throws IOException {
        return inside.manifest(manifest);
    }

    @Override
    public InputStream blob(Descriptor blob, long from) throws IOException {
        return inside.blob(blob, from);
    }

    @Override
    public void close() throws IOException {
        inside.close();
        Trees.delete(unpacked);
    }
}
