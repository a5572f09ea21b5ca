package dev.boda.sandbox.scratch;

import dev.boda.os.Descriptor;
import dev.boda.os.FreshMount;
import dev.boda.os.LoopDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A file that a disk's blocks lie in.
final class Image {

    static final String SUFFIX = ".disk";

    private static final int O_RDWR = 2;

    /// Nothing of it is ever needed after a crash, so nothing waits for the machine's disk; and an inode table of holes
    /// is empty already.
    private static final List<String> FLAGS = List.of("nobarrier", "noinit_itable");

    private Image() {}

    /// Makes an empty file of holes, which only this user reads.
    static Path create(Path path, long bytes) throws IOException {
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(bytes);
            return path;
        } catch (IOException refused) {
            Files.deleteIfExists(path);
            throw refused;
        }
    }

    /// Mounts the file system on it.
    static FreshMount mount(Path path) throws IOException {
        try (var image = Descriptor.open(path.toString(), O_RDWR)) {
            return mount(image);
        }
    }

    /// Mounts the file system on it, whose name is removed: what is left of it is the mount.
    static FreshMount mountUnnamed(Path path) throws IOException {
        Descriptor image;
        try {
            image = Descriptor.open(path.toString(), O_RDWR);
        } finally {
            Files.delete(path);
        }
        try (image) {
            return mount(image);
        }
    }

    private static FreshMount mount(Descriptor image) throws IOException {
        try (var device = LoopDevice.attach(image)) {
            return FreshMount.of("ext4", device.path(), FLAGS);
        }
    }
}
