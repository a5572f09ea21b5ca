package dev.boda.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Blobs by digest, a file each in `aa/bbbb…`. A blob is whole and durable when [#put(Digest, byte[])] returns; a name
/// never stands for half a blob. Its methods block on the disk.
public final class BlobStore {

    private final Path root;

    private BlobStore(Path root) {
        this.root = root;
    }

    /// Opens the folder, which exists, and removes what was being written when the last server ended.
    ///
    /// @throws StoreCannotOpenException if it cannot be read or written
    public static BlobStore open(Path root) {
        Path writing = root.resolve("writing");
        try {
            Files.createDirectories(writing);
            for (Path leftover : children(writing, "*")) {
                Files.delete(leftover);
            }
        } catch (IOException e) {
            throw new StoreCannotOpenException(
                    "The folder " + root + " cannot be used (" + e + "). Check the disk and its permissions.", e);
        }
        return new BlobStore(root);
    }

    /// Keeps the content, unless it is there already.
    ///
    /// @param digest the content's
    /// @throws StoreUnavailableException if it cannot be written
    public void put(Digest digest, byte[] content) {
        Path file = file(digest);
        Path folder = file.resolveSibling(".").normalize();
        try {
            createFolder(folder);
            if (Files.exists(file) && Files.size(file) == content.length) {
                // Whoever renamed it may not have flushed the folder yet.
                Durable.syncFolder(folder);
            } else {
                write(content, file);
            }
        } catch (IOException e) {
            throw StoreUnavailableException.writing(root, e);
        }
    }

    private void write(byte[] content, Path file) throws IOException {
        Path beside = root.resolve("writing").resolve(UUID.randomUUID().toString());
        try {
            Durable.writeFlushed(beside, content);
            Durable.rename(beside, file);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private void createFolder(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException _) {
            // Whoever made it may not have flushed its name yet.
        }
        Durable.syncFolder(root);
    }

    /// Opens a blob for reading.
    ///
    /// @throws NoSuchFileException if there is none
    public SeekableByteChannel open(Digest digest) throws IOException {
        return FileChannel.open(file(digest), StandardOpenOption.READ);
    }

    public boolean contains(Digest digest) {
        return Files.exists(file(digest));
    }

    /// How many bytes a blob has.
    ///
    /// @throws NoSuchFileException if there is none
    public long size(Digest digest) throws IOException {
        return Files.size(file(digest));
    }

    /// Removes a blob, if it is there.
    ///
    /// @throws StoreUnavailableException if it cannot be removed
    public void remove(Digest digest) {
        try {
            Files.deleteIfExists(file(digest));
        } catch (IOException e) {
            throw StoreUnavailableException.writing(root, e);
        }
    }

    /// Every blob there is.
    ///
    /// @throws StoreUnavailableException if the folders cannot be read
    public List<Digest> list() {
        var digests = new ArrayList<Digest>();
        try {
            for (Path folder : children(root, "[0-9a-f][0-9a-f]")) {
                for (Path file : children(folder, "*")) {
                    Digest.parse(folder.getFileName().toString() + file.getFileName())
                            .ifPresent(digests::add);
                }
            }
            return digests;
        } catch (IOException e) {
            throw StoreUnavailableException.reading(root, e);
        }
    }

    private static List<Path> children(Path folder, String glob) throws IOException {
        var children = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
            stream.forEach(children::add);
            return children;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private Path file(Digest digest) {
        return root.resolve(digest.hex().substring(0, 2)).resolve(digest.hex().substring(2));
    }
}
