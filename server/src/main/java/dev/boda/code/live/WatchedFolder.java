package dev.boda.code.live;

import java.nio.file.Path;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A folder that somebody holds. All of it belongs to the thread of [FolderWatch].
final class WatchedFolder {

    /// As it was named, links and all.
    final Path path;
    int holders;
    /// Whether all below it is watched, as far as is known.
    boolean covered;
    boolean changing;
    long firstChangeNanos;
    long lastChangeNanos;
    /// What it looked like, if it is looked at because it cannot be watched.
    long print;

    @Nullable
    Future<?> look;

    WatchedFolder(Path path) {
        this.path = path;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
