package dev.boda.code;

import dev.boda.store.Digest;
import dev.boda.store.StoreCannotOpenException;
import dev.boda.store.StoreUnavailableException;
import dev.boda.store.Trees;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The unpacked packages of this machine, a folder each, named by digest: a cache. A folder is whole or absent, also
/// after a kill; after a loss of power files in it may be short, because nothing here is flushed, and so the cache is
/// emptied when the machine has been started anew.
final class UnpackedFolders {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path root;
    private final Path unpacking;
    private final Path removed;
    private final Semaphore cleaning = new Semaphore(1);

    private UnpackedFolders(Path root) {
        this.root = root;
        this.unpacking = root.resolve("unpacking");
        this.removed = root.resolve("removed");
    }

    /// Opens the cache in `root` and moves out of the way what the last server left half done; [#clean()] removes it.
    static UnpackedFolders open(Path root) {
        var folders = new UnpackedFolders(root);
        try {
            folders.prepare();
        } catch (IOException e) {
            throw new StoreCannotOpenException(
                    "The folder " + root + " cannot be used (" + e + "). Check the disk and its permissions.", e);
        }
        return folders;
    }

    private void prepare() throws IOException {
        Files.createDirectories(unpacking);
        Files.createDirectories(removed);
        for (Path leftover : children(unpacking)) {
            discard(leftover);
        }
        String boot = Files.isReadable(BOOT_ID)
                ? Files.readString(BOOT_ID).strip()
                : UUID.randomUUID().toString();
        Path marker = root.resolve("boot");
        if (!Files.exists(marker) || !Files.readString(marker).equals(boot)) {
            for (Digest digest : list()) {
                discard(root.resolve(digest.hex()));
            }
            Files.writeString(marker, boot);
        }
    }

    /// The package's folder, or null if it is not unpacked.
    @Nullable
    Path find(Digest digest) {
        Path folder = root.resolve(digest.hex());
        return Files.isDirectory(folder) ? folder : null;
    }

    /// Unpacks a package that is not there. When it throws, nothing is left.
    Path unpack(Digest digest, SeekableByteChannel zip) throws IOException {
        return make(digest, beside -> Unpacker.unpack(zip, beside));
    }

    /// Makes a folder of several, the later over the earlier, that is not there. When it throws, nothing is left.
    Path merge(Digest digest, List<Path> folders) throws IOException {
        return make(digest, beside -> FolderMerge.into(beside, folders));
    }

    private interface Filling {
        void fill(Path folder) throws IOException;
    }

    private Path make(Digest digest, Filling filling) throws IOException {
        Path beside = unpacking.resolve(UUID.randomUUID().toString());
        try {
            filling.fill(beside);
            Path folder = root.resolve(digest.hex());
            Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
            return folder;
        } catch (IOException | RuntimeException e) {
            Trees.delete(beside);
            throw e;
        }
    }

    List<Digest> list() throws IOException {
        return children(root).stream()
                .map(child -> child.getFileName().toString())
                .filter(name -> DIGEST.matcher(name).matches())
                .map(Digest::new)
                .toList();
    }

    /// Moves a package's folder out of the way, if there is one; [#clean()] removes it.
    void discard(Digest digest) throws IOException {
        Path folder = find(digest);
        if (folder != null) {
            discard(folder);
        }
    }

    private void discard(Path folder) throws IOException {
        Files.move(folder, removed.resolve(UUID.randomUUID().toString()), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Removes what was discarded, unless another thread is at it. It takes its time.
    void clean() throws IOException {
        if (!cleaning.tryAcquire()) {
            return;
        }
        try {
            for (List<Path> discarded = children(removed); !discarded.isEmpty(); discarded = children(removed)) {
                for (Path folder : discarded) {
                    Trees.delete(folder);
                }
            }
        } finally {
            cleaning.release();
        }
    }

    /// The cache cannot be written to.
    StoreUnavailableException unavailable(IOException cause) {
        return StoreUnavailableException.writing(root, cause);
    }

    private static List<Path> children(Path folder) throws IOException {
        var children = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return children;
    }
}
