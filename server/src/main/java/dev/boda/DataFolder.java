package dev.boda;

import dev.boda.store.DataDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The data directory as it is, looked at without changing it.
///
/// @param state    in words
/// @param obstacle why a server could not start on it, if it could not
record DataFolder(String state, Optional<String> obstacle) {

    private static final long NEEDED_BYTES = 100L << 20;
    private static final Set<String> KERNELS_OWN = Set.of("proc", "sysfs", "cgroup", "cgroup2");
    private static final double BYTES_PER_GIGABYTE = 1L << 30;

    static DataFolder examine(Path folder) throws IOException {
        var nearest = DataDirectory.nearest(folder);
        if (!Files.isDirectory(nearest)) {
            return new DataFolder(
                    "cannot be made, " + nearest + " is a file",
                    Optional.of("The data directory " + folder + " cannot be made, " + nearest
                            + " is a file: give a folder with --data-dir."));
        }
        var store = Files.getFileStore(nearest);
        long free = store.getUsableSpace();
        var space = String.format(Locale.ROOT, "%.1f GB free", free / BYTES_PER_GIGABYTE);
        if (store.isReadOnly()) {
            return new DataFolder(
                    "cannot be written, its file system is read-only",
                    Optional.of(
                            "The data directory " + folder + " cannot be used: its file system is read-only. Make it"
                                    + " writable, or give another one with --data-dir."));
        }
        if (KERNELS_OWN.contains(store.type())) {
            return new DataFolder(
                    "cannot be made",
                    Optional.of("The data directory " + folder + " cannot be used: no file or folder can be made there:"
                            + " give another one with --data-dir."));
        }
        if (!Files.isWritable(nearest)) {
            return new DataFolder(
                    "cannot be written, " + space,
                    Optional.of("The data directory " + folder
                            + " cannot be written by this user: give another one with --data-dir."));
        }
        if (free < NEEDED_BYTES) {
            return new DataFolder(
                    space, Optional.of("The disk of the data directory " + folder + " is almost full: make room."));
        }
        if (!nearest.equals(folder)) {
            return new DataFolder("made by the first start, " + space, Optional.empty());
        }
        return new DataFolder(
                (inUse(folder) ? "a server uses it now, " : "no server uses it, ") + space, Optional.empty());
    }

    /// Whether a server has it open.
    static boolean inUse(Path folder) throws IOException {
        var file = folder.resolve("lock");
        if (!Files.exists(file)) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock == null;
        }
    }
}
