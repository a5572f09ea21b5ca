package dev.boda.image;

import dev.boda.store.Digest;
import dev.boda.store.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Images as root file systems, a folder each by the digest of its manifest, changed by one process at a time.
///
///     lock          held by the process that adds or removes
///     pulling/      parts on their way, which an interrupted pull goes on with
///     unpacking/    roots on their way, worthless after their process
///     roots/        whole roots
public final class ImageStore implements AutoCloseable {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;
    private final String architecture;
    private final FileChannel lockFile;
    private final FileLock lock;

    private ImageStore(Path folder, String architecture, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.architecture = architecture;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Opens the store in `folder` to change it, and removes what a process left that was killed.
    ///
    /// @param architecture of images: `amd64`, `arm64`
    public static ImageStore open(Path folder, String architecture) throws IOException {
        for (var each : Set.of("pulling", "unpacking", "roots")) {
            Files.createDirectories(folder.resolve(each), OWNER_ONLY);
        }
        var channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var lock = lock(channel);
        if (lock == null) {
            channel.close();
            throw new ImageRefusedException(
                    "Another process adds or removes something in " + folder + ": try again when it has ended.");
        }
        try (var leftovers = Files.newDirectoryStream(folder.resolve("unpacking"))) {
            for (var leftover : leftovers) {
                Trees.delete(leftover);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new ImageStore(folder, architecture, channel, lock);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    /// Where the root of this digest is, or would be, in a store in `folder`.
    public static Path root(Path folder, String digest) {
        return folder.resolve("roots").resolve(digest);
    }

    /// Brings an image, unless it is there. When it throws, no root is left, but parts that have come are.
    ///
    /// @param name as [ImageSource#open(String, Path)] takes it
    /// @return the digest by which [#root(Path, String)] finds it
    public String bring(String name, ImageProgress progress) throws IOException {
        try (var source = ImageSource.open(name, folder.resolve("unpacking"))) {
            var image = ImageManifest.of(source, architecture);
            var root = root(folder, image.digest().hex());
            progress.step("The image is sha256:" + image.digest());
            if (!Files.isDirectory(root)) {
                unpack(image, source, root, progress);
            }
            return image.digest().hex();
        }
    }

    private void unpack(ImageManifest image, ImageSource source, Path root, ImageProgress progress) throws IOException {
        var blobs = new BlobFolder(folder.resolve("pulling"));
        var digests = unpackedDigests(image, blobs, source);
        var layers = new ArrayList<Path>();
        for (var layer : image.layers()) {
            progress.step(
                    "Layer " + (layers.size() + 1) + " of " + image.layers().size());
            layers.add(blobs.fetch(layer, source, progress));
        }
        var beside = Files.createDirectory(
                folder.resolve("unpacking").resolve(UUID.randomUUID().toString()));
        try {
            var unpacker = new RootUnpacker(beside);
            for (int i = 0; i < layers.size(); i++) {
                progress.step("Unpacking layer " + (i + 1) + " of " + layers.size());
                try (var stream = Files.newInputStream(layers.get(i))) {
                    unpacker.add(stream, digests.get(i));
                }
            }
            unpacker.finish();
            Files.move(beside, root, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            Trees.delete(beside);
            throw e;
        }
        blobs.remove(image.config());
        for (var layer : image.layers()) {
            blobs.remove(layer);
        }
    }

    /// What the layers are when they are unpacked, as the image's config says it.
    private static List<Digest> unpackedDigests(ImageManifest image, BlobFolder blobs, ImageSource source)
            throws IOException {
        if (image.config().size() > ImageSource.MOST_JSON_BYTES) {
            throw new ImageRefusedException("The image's config is larger than 4 MB.");
        }
        var file = blobs.fetch(image.config(), source, ImageProgress.UNSEEN);
        var named = ImageManifest.json(Files.readAllBytes(file), "config")
                .path("rootfs")
                .path("diff_ids");
        if (named.size() != image.layers().size()) {
            throw new ImageRefusedException("The image's config names " + named.size() + " layers, its manifest "
                    + image.layers().size() + ".");
        }
        var digests = new ArrayList<Digest>();
        for (var each : named) {
            digests.add(Descriptor.digest(each.asString("")));
        }
        return digests;
    }

    /// Removes the roots that have none of these digests.
    public void keepOnly(Set<String> digests) throws IOException {
        try (var roots = Files.newDirectoryStream(folder.resolve("roots"))) {
            for (var root : roots) {
                if (!digests.contains(root.getFileName().toString())) {
                    // Gone at once for whoever looks.
                    var beside = folder.resolve("unpacking")
                            .resolve(UUID.randomUUID().toString());
                    Files.move(root, beside, StandardCopyOption.ATOMIC_MOVE);
                    Trees.delete(beside);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (lockFile) {
            lock.release();
        }
    }
}
