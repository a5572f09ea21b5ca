package dev.boda.code.live;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A folder and all below it, as it is found by looking. Links are not followed: nothing behind them is seen inside an
/// environment either, unless it lies in the folder, too.
final class FolderTree {

    /// What version control, interpreters and editors keep beside the code, or for a moment.
    private static final Set<String> NOISE = Set.of(
            ".git",
            ".hg",
            ".svn",
            "__pycache__",
            ".pytest_cache",
            ".mypy_cache",
            ".ruff_cache",
            ".idea",
            ".vscode",
            ".DS_Store");

    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;
    private static final int HALF = 32;

    private long newestMillis;
    private long print;

    private FolderTree() {}

    /// What is done with each folder before it is listed.
    interface Visitor {
        void folder(Path folder) throws IOException;
    }

    /// Looks at everything but noise. What vanishes meanwhile is passed over.
    ///
    /// @throws IOException what the visitor throws
    static FolderTree look(Path root, Visitor visitor) throws IOException {
        var tree = new FolderTree();
        var pending = new ArrayDeque<Path>();
        tree.count(root, attributes(root));
        pending.add(root);
        while (!pending.isEmpty()) {
            var folder = pending.remove();
            visitor.folder(folder);
            tree.list(folder, pending);
        }
        return tree;
    }

    private void list(Path folder, ArrayDeque<Path> pending) {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                var attributes = isNoise(entry.getFileName()) ? null : attributes(entry);
                if (attributes != null) {
                    count(entry, attributes);
                    if (attributes.isDirectory()) {
                        pending.add(entry);
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            // It is gone, or closed to the server: the folder above tells of it when that changes.
        }
    }

    private static @Nullable BasicFileAttributes attributes(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException _) {
            return null;
        }
    }

    private void count(Path path, @Nullable BasicFileAttributes its) {
        if (its == null) {
            return;
        }
        long modified = its.lastModifiedTime().toMillis();
        newestMillis = Math.max(newestMillis, modified);
        // A sum: the order in which a folder is listed means nothing. A folder's time is also that of noise in it.
        print += its.isDirectory()
                ? mixed(path.hashCode(), Objects.hashCode(its.fileKey()))
                : mixed(path.hashCode(), Objects.hashCode(its.fileKey()), its.size(), modified);
    }

    private static long mixed(long... parts) {
        long hash = 0;
        for (long part : parts) {
            hash = (hash ^ part) * GOLDEN_RATIO;
            hash ^= hash >>> HALF;
        }
        return hash;
    }

    /// When the last of them was changed.
    long newestMillis() {
        return newestMillis;
    }

    /// Tells it from what it was: names, sizes, times and identities of all.
    long print() {
        return print;
    }

    /// Whether a file or folder of this name is no code.
    static boolean isNoise(@Nullable Path name) {
        var text = String.valueOf(name);
        return NOISE.contains(text)
                || text.endsWith("~")
                || text.endsWith(".swp")
                || text.endsWith(".swx")
                || text.startsWith(".#");
    }
}
