package dev.boda.sandbox.scratch;

import dev.boda.os.SparseFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What an empty disk of one size looks like.
///
/// @param bytes  of the image
/// @param pieces all that is not zero
record Template(long bytes, List<Piece> pieces) {

    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS_PER_MEGABYTE = 256;
    private static final int BLOCKS_PER_GROUP = 32_768;
    private static final int MODE_OF_TMP = 01777;
    private static final String LOST_AND_FOUND = "lost+found";

    /// Bytes at a place.
    record Piece(long at, byte[] bytes) {}

    /// Has one made, in a file that is removed.
    ///
    /// @param path where there is no file yet
    static Template make(Mkfs mkfs, Path path, int megabytes) throws IOException {
        long bytes = blocks(megabytes) * BLOCK_BYTES;
        Image.create(path, bytes);
        try {
            mkfs.format(path, BLOCK_BYTES);
            try (var mount = Image.mount(path)) {
                mount.mode(MODE_OF_TMP);
                mount.remove(LOST_AND_FOUND);
                // A child that is being started holds the mount too for a moment: it may end after it is closed here.
                mount.sync();
            }
            return new Template(bytes, pieces(path));
        } finally {
            Files.delete(path);
        }
    }

    /// What is asked for can be written, and little more: added is what ext4 needs for itself, which are its inodes
    /// (256 bytes for each 16 kB), what it keeps back for its own needs (one block in 50, at most 4,096), and what
    /// describes each group of blocks.
    private static long blocks(int megabytes) {
        long wanted = (long) megabytes * BLOCKS_PER_MEGABYTE;
        long inodes = wanted / 60;
        long keptBack = Math.min(wanted / 48, 4_096);
        long groups = wanted / BLOCKS_PER_GROUP + 1;
        return wanted + inodes + keptBack + 10 * groups + 64;
    }

    private static List<Piece> pieces(Path path) throws IOException {
        var pieces = new ArrayList<Piece>();
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            for (var extent : SparseFile.extents(path)) {
                for (long at = extent.start(); at < extent.end(); at += BLOCK_BYTES) {
                    var block = new byte[BLOCK_BYTES];
                    file.seek(at);
                    file.readFully(block);
                    if (!isZero(block)) {
                        pieces.add(new Piece(at, block));
                    }
                }
            }
        }
        return List.copyOf(pieces);
    }

    private static boolean isZero(byte[] block) {
        for (byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    /// Writes a new disk.
    ///
    /// @param path where there is no file yet
    void write(Path path) throws IOException {
        Image.create(path, bytes);
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            for (var piece : pieces) {
                file.seek(piece.at());
                file.write(piece.bytes());
            }
        } catch (IOException refused) {
            Files.delete(path);
            throw refused;
        }
    }
}
