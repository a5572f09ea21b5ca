package dev.boda.image;

import dev.boda.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Parts of images on their way, a file each by digest. One that has its name is whole and verified; one that is called
/// `.part` is as much as has come so far, and is gone on with.
final class BlobFolder {

    private static final int ATTEMPTS = 4;
    private static final int BUFFER_BYTES = 256 << 10;

    private final Path folder;

    BlobFolder(Path folder) {
        this.folder = folder;
    }

    /// The part's file, brought if it is not there.
    Path fetch(Descriptor blob, ImageSource source, ImageProgress progress) throws IOException {
        var whole = folder.resolve(blob.digest().hex());
        if (Files.isRegularFile(whole) && Files.size(whole) == blob.size()) {
            progress.bytes(blob.size(), blob.size());
            return whole;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                var part = folder.resolve(blob.digest().hex() + ".part");
                bring(blob, source, part, progress);
                Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return whole;
            } catch (ImageRefusedException e) {
                throw e;
            } catch (IOException | UncheckedIOException e) {
                if (attempt == ATTEMPTS) {
                    throw new IOException(
                            "sha256:" + blob.digest() + " did not come whole in " + ATTEMPTS + " attempts: "
                                    + e.getMessage() + ". What came is kept: the same command goes on there",
                            e);
                }
            }
        }
    }

    private static void bring(Descriptor blob, ImageSource source, Path part, ImageProgress progress)
            throws IOException {
        var digest = Digest.computation();
        var buffer = new byte[BUFFER_BYTES];
        long have = 0;
        if (Files.exists(part)) {
            try (var stream = Files.newInputStream(part)) {
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                    digest.update(buffer, 0, count);
                    have += count;
                }
            }
        }
        if (have < blob.size()) {
            try (var stream = source.blob(blob, have);
                    var file = Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                for (int count = stream.read(buffer); count >= 0 && have <= blob.size(); count = stream.read(buffer)) {
                    file.write(buffer, 0, count);
                    digest.update(buffer, 0, count);
                    have += count;
                    progress.bytes(have, blob.size());
                }
            }
        }
        if (have < blob.size()) {
            throw new IOException("it ended after " + have + " of " + blob.size() + " bytes");
        }
        if (have > blob.size() || !Digest.of(digest).equals(blob.digest())) {
            Files.delete(part);
            throw new ImageRefusedException("What came for sha256:" + blob.digest() + " has another digest or size.");
        }
    }

    /// Forgets a part that is not needed any more.
    void remove(Descriptor blob) throws IOException {
        Files.deleteIfExists(folder.resolve(blob.digest().hex()));
    }
}
