package dev.boda.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The folder that holds everything a server keeps, for its owner's eyes only, locked while a server uses it.
///
///     version       the layout's version
///     lock          held by the server that uses the folder; holds its process id
///     database/     a SQLite file a domain
///     code/         code packages by digest
///     logs/         log segments
///     cache/        what can be made again
///     run/          what belongs to running environments; worthless after the server's end
///     runtimes/     what 'boda runtimes add' brought, which changes it while a server runs
public final class DataDirectory implements AutoCloseable {

    /// The newest layout that this Boda knows.
    static final int LAYOUT = 1;

    private static final List<String> FOLDERS = List.of("database", "code", "logs", "cache", "run");

    /// What else may be in the folder without its being anybody else's: what other parts keep there, and a file
    /// system's.
    private static final Set<String> OTHERS =
            Set.of("version", "lock", "metrics-token", "debug-access", "boda.json", "runtimes", "lost+found");

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    /// Whoever may write to the folder may remove only what is theirs (inode(7)).
    private static final int STICKY = 0_1000;

    private static final FileAttribute<?> OWNER_ONLY = PosixFilePermissions.asFileAttribute(OWNER);

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Makes the folder if there is none, and takes it for this process until [#close()] or the process's end.
    ///
    /// @throws StoreCannotOpenException if another server uses it, a newer Boda wrote it, or it cannot be used;
    ///                                  nothing was changed
    public static DataDirectory open(Path path) {
        Path root = path.toAbsolutePath().normalize();
        if (root.toString().contains("?")) {
            throw new StoreCannotOpenException(
                    "The data directory's name must not contain a question mark: " + root + ".");
        }
        Path nearest = nearest(root);
        if (!Files.isDirectory(nearest)) {
            throw new StoreCannotOpenException(
                    nearest + " is a file. Give a folder as the data directory (--data-dir, BODA_DATA_DIR).");
        }
        try {
            int layout = layout(root);
            if (layout > LAYOUT) {
                throw new StoreCannotOpenException("The data directory " + root + " was written by a newer Boda (its"
                        + " layout is version " + layout + ", this Boda knows up to " + LAYOUT
                        + "). Start that newer version, or give another data directory.");
            }
            if (!Files.exists(root)) {
                requireRoom(root, nearest);
                createParents(root);
                Files.createDirectory(root, OWNER_ONLY);
            }
            return locked(root);
        } catch (IOException e) {
            throw unusable(root, DiskFault.ofStart(e), e);
        }
    }

    private static StoreCannotOpenException unusable(Path root, DiskFault fault, @Nullable IOException failure) {
        String message = "The data directory " + root + " cannot be used: "
                + fault.reason(failure == null ? null : failure.getMessage()) + ". " + fault.startRemedy();
        return failure == null ? new StoreCannotOpenException(message) : new StoreCannotOpenException(message, failure);
    }

    /// Makes the folders above, durably.
    private static void createParents(Path path) throws IOException {
        @Nullable Path parent = path.getParent();
        if (parent == null || Files.exists(parent)) {
            return;
        }
        createParents(parent);
        Files.createDirectory(parent);
        if (parent.getParent() != null) {
            Durable.syncFolder(parent.getParent());
        }
    }

    /// The layout that the folder has; 0 if it has none yet.
    private static int layout(Path root) throws IOException {
        Path file = root.resolve("version");
        if (!Files.exists(file)) {
            return 0;
        }
        String text = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new StoreCannotOpenException("The file " + file + " is damaged: it should hold a number. Bring it"
                    + " back from a copy, or give another data directory.");
        }
        return Integer.parseInt(text);
    }

    private static DataDirectory locked(Path root) throws IOException {
        Path file = root.resolve("lock");
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // The channel stays open: closing it would release the lock that this process holds already (fcntl(2)).
            throw inUse(root, channel);
        }
        if (lock == null) {
            try (channel) {
                throw inUse(root, channel);
            }
        }
        boolean ready = false;
        try {
            requireFolders(root);
            requireRoom(root, root);
            var directory = new DataDirectory(root, channel, lock);
            directory.prepare();
            ready = true;
            return directory;
        } finally {
            if (!ready) {
                channel.close();
            }
        }
    }

    private static void requireRoom(Path root, Path existing) throws IOException {
        @Nullable DiskFault fault = DiskFault.beforeStart(existing);
        if (fault != null) {
            throw unusable(root, fault, null);
        }
    }

    /// The path itself or, if nothing is there, the nearest one above it where something is.
    public static Path nearest(Path path) {
        @Nullable Path parent = path.getParent();
        return Files.exists(path) || parent == null ? path : nearest(parent);
    }

    private static void requireFolders(Path root) {
        for (String name : FOLDERS) {
            Path folder = root.resolve(name);
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new StoreCannotOpenException(folder + " is a file and should be a folder. Bring the folder back"
                        + " from a copy, or move the file away to start without what the folder held.");
            }
        }
    }

    private static StoreCannotOpenException inUse(Path root, FileChannel lockFile) throws IOException {
        var text = ByteBuffer.allocate(32);
        lockFile.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return new StoreCannotOpenException("The data directory " + root + " is in use by another Boda server"
                + (pid.matches("[0-9]+") ? " (process " + pid + ")" : "")
                + ". Stop that server, or give another data directory (--data-dir, BODA_DATA_DIR).");
    }

    private void prepare() throws IOException {
        lockFile.truncate(0);
        lockFile.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        if (layout(root) != LAYOUT) {
            Durable.write(root.resolve("version"), (LAYOUT + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        for (String name : FOLDERS) {
            if (!Files.isDirectory(root.resolve(name))) {
                Files.createDirectory(root.resolve(name), OWNER_ONLY);
            }
        }
        closeToOthers();
        // Where SQLite's driver unpacks its native library: the machine's /tmp may forbid to run what is in it.
        System.setProperty("org.sqlite.tmpdir", cache().toString());
        Durable.syncFolder(root);
        @Nullable Path parent = root.getParent();
        if (parent != null) {
            Durable.syncFolder(parent);
        }
    }

    /// A folder that somebody made by hand, or brought back from a copy, may be open to others. One that holds more
    /// than a server keeps there, or is everybody's on purpose as `/tmp` is, stays as it is: what was made in it is
    /// the owner's alone.
    private void closeToOthers() throws IOException {
        try (var entries = Files.list(root)) {
            if (!entries.map(entry -> root.relativize(entry).toString())
                    .allMatch(name -> FOLDERS.contains(name) || OTHERS.contains(name))) {
                return;
            }
        }
        closeToOthers(root);
        for (String name : FOLDERS) {
            closeToOthers(root.resolve(name));
        }
    }

    private static void closeToOthers(Path folder) throws IOException {
        boolean sticky = Files.getAttribute(folder, "unix:mode") instanceof Integer mode && (mode & STICKY) != 0;
        if (sticky || OWNER.containsAll(Files.getPosixFilePermissions(folder))) {
            return;
        }
        try {
            Files.setPosixFilePermissions(folder, OWNER);
        } catch (IOException e) {
            // Another user's folder, which this one may write, or a file system that keeps no modes.
            if (DiskFault.of(e) != DiskFault.FORBIDDEN) {
                throw e;
            }
        }
    }

    public Path root() {
        return root;
    }

    /// The SQLite file of a domain.
    public Path database(String domain) {
        return root.resolve("database").resolve(domain + ".sqlite");
    }

    /// Code packages.
    public Path code() {
        return root.resolve("code");
    }

    /// Log segments.
    public Path logs() {
        return root.resolve("logs");
    }

    /// What can be made again from the rest.
    public Path cache() {
        return root.resolve("cache");
    }

    /// What belongs to running environments.
    public Path run() {
        return root.resolve("run");
    }

    /// Lets another server have the folder.
    @Override
    public void close() {
        try (lockFile) {
            lock.release();
        } catch (IOException e) {
            throw new StoreUnavailableException("The lock of the data directory cannot be released.", e);
        }
    }
}
