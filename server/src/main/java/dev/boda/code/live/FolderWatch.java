package dev.boda.code.live;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees when something changes in folders that somebody holds, and says so once when a burst of saves is over.
///
/// One thread owns everything, a second waits for the system's events and hands them over. Where the system allows no
/// more watches, or has none that are quick, a folder is looked at instead, for at most a twentieth of the time.
public final class FolderWatch implements AutoCloseable {

    /// A burst is over when nothing was changed for so long.
    static final Duration QUIET = Duration.ofMillis(100);

    /// Longest that a burst is waited for.
    static final Duration LONGEST_BURST = Duration.ofMillis(500);

    /// Shortest time between two looks at a folder that cannot be watched.
    static final Duration LOOK = Duration.ofMillis(250);

    private static final int PAUSES_OF_A_LOOK = 20;

    /// A file system's clock is behind by a tick, or by what a network's servers differ.
    private static final long CLOCKS_DIFFER_MILLIS = 50;

    private static final long FUTURE_MILLIS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

    private final InstantSource clock;
    private final Consumer<Path> listener;
    private final @Nullable WatchService service;
    private final @Nullable TreeWatches watches;
    private final ScheduledExecutorService owner;
    /// The owner's.
    private final Map<Path, WatchedFolder> folders = new HashMap<>();

    private boolean warned;

    private FolderWatch(InstantSource clock, Consumer<Path> listener, @Nullable WatchService service, int most) {
        this.clock = clock;
        this.listener = listener;
        this.service = service;
        this.watches = service == null ? null : new TreeWatches(service, most);
        this.owner = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("live-folders").factory());
    }

    /// @param listener hears which folder, as it was named, has changed; on the owner's thread, which it must not block
    public static FolderWatch start(InstantSource clock, Consumer<Path> listener) {
        return start(clock, listener, TreeWatches.MOST);
    }

    /// For a server that holds no folder: there is no thread and no watch.
    public static FolderWatch ofNothing(InstantSource clock) {
        return start(clock, _ -> {}, 0);
    }

    /// @param most folders that the system watches; 0 has all looked at
    static FolderWatch start(InstantSource clock, Consumer<Path> listener, int most) {
        var watch = new FolderWatch(clock, listener, most == 0 ? null : service(), most);
        if (watch.service != null) {
            Thread.ofPlatform().daemon().name("live-folder-events").start(() -> watch.read(watch.service));
        }
        return watch;
    }

    /// None where it would be the JDK that looks, every some seconds.
    private static @Nullable WatchService service() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            LOG.warn("Folders of code are looked at instead of being watched: {}", e.getMessage());
            return null;
        }
    }

    private void read(WatchService events) {
        try {
            while (true) {
                var key = events.take();
                // Until it was handed over and reset, a key collects its events: there is never more than one of each.
                owner.execute(logged(() -> watches().take(key, new Events())));
            }
        } catch (ClosedWatchServiceException | RejectedExecutionException _) {
            LOG.debug("Folders are watched no more");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The owner's thread goes on after what should not have failed.
    private static Runnable logged(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("A change of a folder of code may not be seen", e);
            }
        };
    }

    private TreeWatches watches() {
        if (watches == null) {
            throw new IllegalStateException("Nothing is watched");
        }
        return watches;
    }

    /// Begins to see what changes in the folder, from now on. To be [released][#release] as often.
    void hold(Path path) {
        long now = clock.millis();
        owner.execute(logged(() -> {
            var folder = folders.computeIfAbsent(path, WatchedFolder::new);
            folder.holders++;
            if (!folder.covered) {
                cover(folder, now);
            }
        }));
    }

    void release(Path path) {
        try {
            owner.execute(logged(() -> {
                var folder = folders.get(path);
                if (folder != null && --folder.holders == 0) {
                    folders.remove(path);
                    uncover(folder);
                }
            }));
        } catch (RejectedExecutionException _) {
            // Closed: nothing is watched.
        }
    }

    private void uncover(WatchedFolder folder) {
        if (folder.look != null) {
            folder.look.cancel(false);
            folder.look = null;
        }
        if (watches != null) {
            watches.forget(folder);
        }
    }

    /// Watches all of it. Whoever holds it since `sinceMillis` may have read what was changed before it was watched:
    /// then that is a change.
    private void cover(WatchedFolder folder, long sinceMillis) {
        uncover(folder);
        FolderTree tree;
        try {
            tree = watched(folder);
        } catch (IOException e) {
            warn(folder, e);
            tree = lookedAt(folder);
        }
        folder.covered = true;
        long newest = tree.newestMillis();
        if (newest >= sinceMillis - CLOCKS_DIFFER_MILLIS && newest <= sinceMillis + FUTURE_MILLIS) {
            changed(folder);
        }
    }

    private FolderTree watched(WatchedFolder folder) throws IOException {
        var root = real(folder.path);
        if (watches == null || SharedFileSystems.hold(root)) {
            return lookedAt(folder);
        }
        watches.watchWay(folder, folder.path);
        if (!root.equals(folder.path)) {
            watches.watchWay(folder, root);
        }
        return FolderTree.look(root, inside -> watches.watch(folder, inside));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException _) {
            return path;
        }
    }

    private void warn(WatchedFolder folder, IOException why) {
        if (!warned) {
            LOG.warn(
                    "{} is looked at instead of being watched, because the system allows no more watches ({}). More are"
                            + " had by 'sysctl fs.inotify.max_user_watches=1048576'.",
                    folder,
                    why.getMessage());
        }
        warned = true;
    }

    private FolderTree lookedAt(WatchedFolder folder) {
        if (watches != null) {
            watches.forget(folder);
        }
        long began = System.nanoTime();
        var tree = look(folder);
        folder.print = tree.print();
        lookAgain(folder, System.nanoTime() - began);
        return tree;
    }

    private static FolderTree look(WatchedFolder folder) {
        try {
            return FolderTree.look(real(folder.path), _ -> {});
        } catch (IOException e) {
            throw new IllegalStateException("Looking at a folder does not fail", e);
        }
    }

    private void lookAgain(WatchedFolder folder, long tookNanos) {
        long pause = Math.max(LOOK.toNanos(), PAUSES_OF_A_LOOK * tookNanos);
        Runnable again = () -> {
            long began = System.nanoTime();
            long print = look(folder).print();
            if (print != folder.print) {
                folder.print = print;
                changed(folder);
            }
            lookAgain(folder, System.nanoTime() - began);
        };
        folder.look = owner.schedule(logged(again), pause, TimeUnit.NANOSECONDS);
    }

    private void changed(WatchedFolder folder) {
        folder.lastChangeNanos = System.nanoTime();
        if (!folder.changing) {
            folder.changing = true;
            folder.firstChangeNanos = folder.lastChangeNanos;
            settleIn(folder, QUIET.toNanos());
        }
    }

    private void settleIn(WatchedFolder folder, long nanos) {
        var _ = owner.schedule(logged(() -> settle(folder)), nanos, TimeUnit.NANOSECONDS);
    }

    /// Tells of a change when the burst is over, if anybody holds the folder still.
    private void settle(WatchedFolder folder) {
        long now = System.nanoTime();
        long left = Math.min(
                folder.lastChangeNanos + QUIET.toNanos() - now,
                folder.firstChangeNanos + LONGEST_BURST.toNanos() - now);
        if (left > 0) {
            settleIn(folder, left);
            return;
        }
        folder.changing = false;
        if (folder.holders > 0) {
            LOG.debug("{} has changed", folder);
            listener.accept(folder.path);
        }
    }

    /// What the system's events mean for the folders.
    private final class Events implements TreeWatches.Listener {

        @Override
        public void changed(WatchedFolder folder) {
            FolderWatch.this.changed(folder);
        }

        @Override
        public void lost(WatchedFolder folder) {
            folder.covered = false;
        }

        @Override
        public void added(WatchedFolder folder, Path entry) {
            if (folder.look != null || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            try {
                FolderTree.look(entry, inside -> watches().watch(folder, inside));
            } catch (IOException e) {
                warn(folder, e);
                var _ = lookedAt(folder);
            }
        }
    }

    /// How many folders are held, and how many folders the system watches for them.
    record Held(int folders, int watches) {}

    /// As it is when all that was asked for before is done.
    Future<Held> held() {
        return owner.submit(() -> new Held(folders.size(), watches == null ? 0 : watches.size()));
    }

    @Override
    public void close() {
        owner.shutdownNow();
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.warn("The watches of folders cannot be closed", e);
            }
        }
    }
}
