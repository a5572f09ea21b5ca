package dev.boda.runtime;

import dev.boda.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The start caches of this machine: for each version of a function one, or none, in a folder that only its own
/// environments see. What is in them was written by the function: nobody but its own interpreter reads it.
///
///     ID OF THE VERSION/cache   whole, for the interpreter that [#FOR] names
///     ID OF THE VERSION/for
///     writing/                  what is not whole; removed at the start
public final class StartCaches {

    /// The cache in its folder.
    public static final String FILE = "cache";

    /// Largest cache. A JVM's is 12 MB for a small function.
    static final long MOST_BYTES = 256L << 20;

    /// Of all together; beyond it the oldest go.
    static final long MOST_BYTES_OF_ALL = 4L << 30;

    private static final String FOR = "for";
    private static final String WRITING = "writing";

    private final Path root;
    // Guarded by this.
    private final Map<String, Integer> held = new HashMap<>();
    // Guarded by this. Those that go when nobody holds them any more.
    private final Set<String> going = new HashSet<>();

    private StartCaches(Path root) {
        this.root = root;
    }

    /// Those in a folder, which is made if it is not there; what was not whole is removed.
    public static StartCaches open(Path root) throws IOException {
        var caches = new StartCaches(root);
        Files.createDirectories(root);
        delete(root.resolve(WRITING));
        Files.createDirectories(root.resolve(WRITING));
        return caches;
    }

    /// A cache that stays until this is closed.
    ///
    /// @param folder has [#FILE]
    public record Held(Path folder, Runnable release) implements AutoCloseable {

        @Override
        public void close() {
            release.run();
        }
    }

    /// The cache of a version, if there is one for this runtime as it is now, which can be read. Whoever holds it
    /// closes
    /// it once.
    public Optional<Held> find(String versionId, Runtime runtime) {
        var folder = root.resolve(versionId);
        try {
            if (!Files.exists(folder.resolve(FILE)) || !hold(versionId, folder, identity(runtime))) {
                return Optional.empty();
            }
        } catch (IOException _) {
            return Optional.empty();
        }
        return Optional.of(new Held(folder, () -> release(versionId)));
    }

    private synchronized boolean hold(String versionId, Path folder, String identity) throws IOException {
        boolean usable = !going.contains(versionId)
                && Files.exists(folder.resolve(FILE))
                && Files.readString(folder.resolve(FOR)).equals(identity);
        if (usable) {
            held.merge(versionId, 1, Integer::sum);
        }
        return usable;
    }

    private void release(String versionId) {
        Optional<Path> away = Optional.empty();
        synchronized (this) {
            if (held.merge(versionId, -1, Integer::sum) == 0) {
                held.remove(versionId);
                if (going.remove(versionId)) {
                    away = moveAway(versionId);
                }
            }
        }
        away.ifPresent(StartCaches::discard);
    }

    /// Begins to write a cache.
    public StartCacheFile write() throws IOException {
        return StartCacheFile.open(Files.createDirectory(
                        root.resolve(WRITING).resolve(UUID.randomUUID().toString()))
                .resolve(FILE));
    }

    /// Keeps what was written as the version's cache: durable, whole, and in the place of one that was there. Whether
    /// it could be kept: one that is read now stays.
    public boolean keep(String versionId, Runtime runtime, StartCacheFile written) throws IOException {
        var beside = written.folder();
        // Whoever runs in a sandbox of the version reads it.
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(beside.resolve(FILE), PosixFilePermissions.fromString("r--r--r--"));
        Files.writeString(
                beside.resolve(FOR), identity(runtime), StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
        Optional<Path> away;
        synchronized (this) {
            if (held.containsKey(versionId) || going.contains(versionId)) {
                return false;
            }
            away = moveAway(versionId);
            Files.move(beside, root.resolve(versionId), StandardCopyOption.ATOMIC_MOVE);
        }
        away.ifPresent(StartCaches::discard);
        removeOldest();
        return true;
    }

    /// Removes the version's cache, when nobody reads it any more. Most versions have none.
    public void remove(String versionId) {
        if (!isThere(versionId)) {
            return;
        }
        Optional<Path> away = Optional.empty();
        synchronized (this) {
            if (held.containsKey(versionId)) {
                going.add(versionId);
            } else {
                away = moveAway(versionId);
            }
        }
        away.ifPresent(StartCaches::discard);
    }

    /// Removes all but those of these versions.
    public void retain(Set<String> versionIds) {
        list().stream().filter(id -> !versionIds.contains(id)).forEach(this::remove);
    }

    private void removeOldest() {
        var oldestFirst = new ArrayList<>(list());
        oldestFirst.sort(Comparator.comparing(this::changed));
        long bytes = oldestFirst.stream().mapToLong(this::size).sum();
        for (var id : oldestFirst) {
            if (bytes <= MOST_BYTES_OF_ALL) {
                return;
            }
            bytes -= size(id);
            remove(id);
        }
    }

    private FileTime changed(String versionId) {
        try {
            return Files.getLastModifiedTime(root.resolve(versionId));
        } catch (IOException _) {
            return FileTime.fromMillis(0);
        }
    }

    private long size(String versionId) {
        try {
            return Files.size(root.resolve(versionId).resolve(FILE));
        } catch (IOException _) {
            return 0;
        }
    }

    private List<String> list() {
        try (var folders = Files.list(root)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.equals(WRITING))
                    .toList();
        } catch (IOException | UncheckedIOException _) {
            return List.of();
        }
    }

    private boolean isThere(String versionId) {
        return Files.exists(root.resolve(versionId), LinkOption.NOFOLLOW_LINKS);
    }

    /// Away at once, because half a folder is no cache; to where, if there was one. With the monitor held.
    private Optional<Path> moveAway(String versionId) {
        if (!isThere(versionId)) {
            return Optional.empty();
        }
        var away = root.resolve(WRITING).resolve(UUID.randomUUID().toString());
        try {
            return Optional.of(Files.move(root.resolve(versionId), away, StandardCopyOption.ATOMIC_MOVE));
        } catch (IOException _) {
            // It is no cache of any version that is asked for.
            return Optional.empty();
        }
    }

    /// What cannot be removed now is found by the next start. Without the monitor: it takes time.
    private static void discard(Path away) {
        try {
            delete(away);
        } catch (IOException _) {
            // It is no cache any more.
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// What a cache is bound to: the interpreter and its command, the root it runs in, and the client's files.
    private static String identity(Runtime runtime) throws IOException {
        var text = new StringBuilder(runtime.exactVersion())
                .append('\n')
                .append(runtime.command())
                .append('\n')
                .append(runtime.root());
        for (var mount : runtime.mounts()) {
            try (var files = Files.walk(mount.source())) {
                for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                    text.append('\n')
                            .append(file)
                            .append(' ')
                            .append(Files.size(file))
                            .append(' ')
                            .append(Files.getLastModifiedTime(file).toMillis());
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return Digest.of(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hex();
    }
}
