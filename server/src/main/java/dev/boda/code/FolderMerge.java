package dev.boda.code;

import dev.boda.store.Trees;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/// Lays folders over each other: where two have something of one name, and not both a folder, the later one's counts.
/// Files are the same ones, by hard links, where the file system has them.
final class FolderMerge {

    private static final String FOLDER = "rwxr-xr-x";

    private final Path target;

    private FolderMerge(Path target) {
        this.target = target;
    }

    /// Merges into `target`, which does not exist yet. When it throws, part of it may be there.
    static void into(Path target, Iterable<Path> folders) throws IOException {
        var merge = new FolderMerge(target);
        for (var folder : folders) {
            merge.add(folder);
        }
    }

    private void add(Path source) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                var place = target.resolve(source.relativize(folder));
                if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(place);
                    Files.createDirectory(place);
                    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(FOLDER));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                var place = target.resolve(source.relativize(file));
                Trees.delete(place);
                if (attributes.isSymbolicLink()) {
                    Files.createSymbolicLink(place, Files.readSymbolicLink(file));
                } else {
                    link(place, file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// A copy where there can be no more links to a file, or none at all.
    private static void link(Path place, Path file) throws IOException {
        try {
            Files.createLink(place, file);
        } catch (IOException | UnsupportedOperationException _) {
            Files.copy(file, place, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
