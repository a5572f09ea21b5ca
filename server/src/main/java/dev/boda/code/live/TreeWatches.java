package dev.boda.code.live;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The system's watches: one for each folder in the trees that are watched, and one for each folder on the way to them,
/// which tells when a tree is moved, deleted or made anew, or a link on the way leads elsewhere. Belongs to the thread
/// of [FolderWatch].
final class TreeWatches {

    /// Folders that the system watches for this server, about 1 KB of the kernel's memory each.
    static final int MOST = 16_384;

    private final WatchService service;
    private final int most;
    private final Map<WatchKey, Watch> watches = new HashMap<>();

    /// @param most folders that are watched at once
    TreeWatches(WatchService service, int most) {
        this.service = service;
        this.most = most;
    }

    /// Why the system watches a folder: it is in trees, or on the way to some, by a name in it.
    private static final class Watch {
        private Path folder;
        private final Set<WatchedFolder> trees = new HashSet<>();
        private final Map<WatchedFolder, Set<Path>> ways = new HashMap<>();

        private Watch(Path folder) {
            this.folder = folder;
        }
    }

    /// What an event means.
    interface Listener {
        /// Something in the tree is another.
        void changed(WatchedFolder tree);

        /// What is watched may not be the tree any more, or not all of it.
        void lost(WatchedFolder tree);

        /// A folder may have come into the tree.
        void added(WatchedFolder tree, Path entry);
    }

    /// Watches a folder of a tree; nothing if it is gone.
    ///
    /// @throws IOException if the system allows no more
    void watch(WatchedFolder tree, Path folder) throws IOException {
        var watch = watched(folder);
        if (watch != null) {
            watch.trees.add(tree);
        }
    }

    /// Watches the folders on the way to a tree.
    ///
    /// @throws IOException if the system allows no more
    void watchWay(WatchedFolder tree, Path path) throws IOException {
        for (var step = path; step.getParent() != null; step = step.getParent()) {
            var watch = watched(step.getParent());
            if (watch != null) {
                watch.ways.computeIfAbsent(tree, _ -> new HashSet<>()).add(step.getFileName());
            }
        }
    }

    private @Nullable Watch watched(Path folder) throws IOException {
        WatchKey key;
        try {
            // The same key for the same folder, whatever its path.
            key = folder.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
        } catch (FileSystemException _) {
            // It is gone, or closed to the server. That there are too many is an exception without a file.
            return null;
        }
        var watch = watches.computeIfAbsent(key, _ -> new Watch(folder));
        // A folder that was moved is known by its new path.
        watch.folder = folder;
        if (watches.size() > most) {
            forgetIfUnused(key, watch);
            throw new IOException("More than " + most + " folders would be watched");
        }
        return watch;
    }

    private void forgetIfUnused(WatchKey key, Watch watch) {
        if (watch.trees.isEmpty() && watch.ways.isEmpty()) {
            key.cancel();
            watches.remove(key);
        }
    }

    /// Watches nothing of a tree, nor the way to it.
    void forget(WatchedFolder tree) {
        for (var entry : Set.copyOf(watches.entrySet())) {
            var watch = entry.getValue();
            watch.trees.remove(tree);
            watch.ways.remove(tree);
            forgetIfUnused(entry.getKey(), watch);
        }
    }

    /// Says what the events of a key mean, and waits for others.
    void take(WatchKey key, Listener listener) {
        var watch = watches.get(key);
        var events = key.pollEvents();
        if (watch == null) {
            return;
        }
        events.forEach(event -> tell(watch, event, listener));
        if (!key.reset()) {
            watches.remove(key);
            // The folder is gone.
            watch.trees.forEach(tree -> lose(tree, listener));
            watch.ways.keySet().forEach(tree -> lose(tree, listener));
        }
    }

    private static void tell(Watch watch, WatchEvent<?> event, Listener listener) {
        if (OVERFLOW.equals(event.kind())) {
            watch.trees.forEach(tree -> lose(tree, listener));
            watch.ways.keySet().forEach(tree -> lose(tree, listener));
        } else if (event.context() instanceof Path name) {
            watch.ways.forEach((tree, names) -> {
                if (!ENTRY_MODIFY.equals(event.kind()) && names.contains(name)) {
                    lose(tree, listener);
                }
            });
            if (!FolderTree.isNoise(name)) {
                for (var tree : Set.copyOf(watch.trees)) {
                    listener.changed(tree);
                    if (ENTRY_CREATE.equals(event.kind())) {
                        listener.added(tree, watch.folder.resolve(name));
                    }
                }
            }
        }
    }

    private static void lose(WatchedFolder tree, Listener listener) {
        listener.changed(tree);
        listener.lost(tree);
    }

    /// How many folders the system watches.
    int size() {
        return watches.size();
    }
}
