package dev.boda.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files that are whole or absent, whatever happens: written beside, flushed, renamed, and the folder flushed.
final class Durable {

    /// More than a file system keeps beside a name.
    private static final int PROBE_BYTES = 16_384;

    private Durable() {}

    /// Writes a whole file durably. Leaves `….new` behind when it fails between the steps; the next write replaces it.
    static void write(Path file, byte[] content) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        writeFlushed(beside, content);
        rename(beside, file);
    }

    /// Writes and flushes a file that need not have its final name yet.
    static void writeFlushed(Path file, byte[] content) throws IOException {
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /// Writes a file of no meaning, to see whether that is possible: content as well as name.
    static Path writeProbe(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "probe", "");
        boolean written = false;
        try {
            writeFlushed(probe, new byte[PROBE_BYTES]);
            written = true;
            return probe;
        } finally {
            if (!written) {
                Files.delete(probe);
            }
        }
    }

    /// Gives a flushed file its final name, durably.
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(to.resolveSibling("."));
    }

    /// Makes the names in a folder durable.
    static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
