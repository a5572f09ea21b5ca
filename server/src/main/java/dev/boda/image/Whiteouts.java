package dev.boda.image;

import dev.boda.store.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// What a layer takes away of those below it, by marks among its files:
/// <https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts>. What the layer itself brings stays, be
/// it before the mark or behind it.
final class Whiteouts {

    private static final String MARK = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final Set<Path> written = new HashSet<>();
    private final Set<Path> above = new HashSet<>();

    void beginLayer() {
        written.clear();
        above.clear();
    }

    /// The layer brings this.
    void written(Path place) {
        written.add(place);
        var folder = place.resolveSibling("");
        while (above.add(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
    }

    /// Whether the entry is a mark and no file; what it means is done.
    boolean take(Path place) throws IOException {
        var name = place.getFileName().toString();
        if (name.equals(OPAQUE)) {
            removeLower(place.resolveSibling(""));
            return true;
        }
        if (!name.startsWith(MARK)) {
            return false;
        }
        var hidden = name.substring(MARK.length());
        // With the mark twice it is a file system's own.
        if (!hidden.startsWith(MARK) && !hidden.isEmpty() && !hidden.equals(".") && !hidden.equals("..")) {
            remove(place.resolveSibling(hidden));
        }
        return true;
    }

    private void remove(Path place) throws IOException {
        if (written.contains(place) || above.contains(place)) {
            removeLower(place);
        } else {
            Trees.delete(place);
        }
    }

    private void removeLower(Path folder) throws IOException {
        if (!Trees.isFolder(folder)) {
            return;
        }
        try (var children = Files.newDirectoryStream(folder)) {
            for (var child : children) {
                remove(child);
            }
        }
    }
}
