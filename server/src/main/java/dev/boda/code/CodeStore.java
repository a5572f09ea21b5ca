package dev.boda.code;

import dev.boda.store.BlobStore;
import dev.boda.store.Digest;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Code packages by digest. A package that was put is checked, whole and durable; unpacking it is a cache of this
/// machine, once for all who ask at the same time.
///
/// Hashing, unpacking and writing happen on a few threads of its own; callers park. What a running environment or an
/// unfinished put uses is never removed.
public final class CodeStore implements CodeFolders, AutoCloseable {

    /// What the files of a package must be smaller than together, in bytes.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    public static final long MOST_UNZIPPED_BYTES = 262_144_000;

    /// Threads that hash, unpack and write.
    private static final int THREADS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(CodeStore.class);

    /// How long closing waits for its threads.
    private static final int CLOSE_SECONDS = 5;

    private final BlobStore blobs;
    private final UnpackedFolders folders;
    private final Holds holds = new Holds();
    private final Map<Digest, CompletableFuture<Path>> unpacking = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("code-", 0).daemon().factory());
    /// One removal of unnamed packages at a time.
    private final ReentrantLock sweep = new ReentrantLock();
    // Guarded by sweep.
    private Set<String> namedBefore = Set.of();

    private CodeStore(BlobStore blobs, UnpackedFolders folders) {
        this.blobs = blobs;
        this.folders = folders;
    }

    /// Opens the packages in `blobs`, and the cache of unpacked ones in the folder `cache`.
    ///
    /// @throws dev.boda.store.StoreCannotOpenException if the folder cannot be used
    public static CodeStore open(BlobStore blobs, Path cache) {
        var store = new CodeStore(blobs, UnpackedFolders.open(cache));
        store.cleanSoon();
        return store;
    }

    /// Checks a package and keeps it; it is durable, and unpacked, when this returns. The caller closes what it gets
    /// when a durable record names the package, or discards it. When this throws, nothing is left.
    ///
    /// @throws PackageRefusedException   if it cannot be accepted
    /// @throws StoreUnavailableException if it cannot be written
    public HeldPackage put(byte[] zip) {
        if (zip.length == 0) {
            throw new EmptyPackageException("The package has no bytes.");
        }
        Digest digest = await(start(() -> Digest.of(zip)));
        holds.acquire(digest);
        try {
            if (!blobs.contains(digest)) {
                holds.writing(digest);
                await(unpackOnce(digest, () -> checked(zip)));
            }
            await(start(() -> {
                blobs.put(digest, zip);
                return digest;
            }));
        } catch (RuntimeException | Error e) {
            discard(digest);
            throw e;
        }
        var kept = new CodePackage(digest.hex(), digest.base64(), zip.length);
        return new HeldPackage(kept, () -> holds.release(digest), () -> discard(digest));
    }

    private void discard(Digest digest) {
        if (!holds.releaseForRemoval(digest)) {
            return;
        }
        try {
            removeTaken(digest);
            cleanSoon();
        } catch (StoreUnavailableException e) {
            LOG.warn("A refused code package cannot be removed now; it is tried again: {}", e.getMessage());
        }
    }

    private static SeekableByteChannel checked(byte[] zip) {
        if (CentralDirectory.count(zip, PackageTree.MOST_ENTRIES) == 0) {
            throw new EmptyPackageException("The zip has no entries.");
        }
        return new SeekableInMemoryByteChannel(zip);
    }

    @Override
    public CodeFolder unpacked(List<String> codeDigests) throws IOException, InterruptedException {
        var name = CodeFolders.digestOf(codeDigests);
        var digest = new Digest(name);
        holds.acquire(digest);
        boolean held = false;
        try {
            Path folder = folders.find(digest);
            if (folder == null) {
                folder = codeDigests.size() == 1 ? unpack(digest) : merge(digest, codeDigests);
            }
            held = true;
            return new CodeFolder(folder, () -> holds.release(digest));
        } catch (ExecutionException e) {
            throw unusable(name, e.getCause());
        } finally {
            if (!held) {
                holds.release(digest);
            }
        }
    }

    private Path unpack(Digest digest) throws ExecutionException, InterruptedException {
        return unpackOnce(digest, () -> blobs.open(digest)).get();
    }

    private Path merge(Digest digest, List<String> codeDigests)
            throws IOException, ExecutionException, InterruptedException {
        var parts = new ArrayList<CodeFolder>();
        try {
            for (var each : codeDigests) {
                parts.add(unpacked(each));
            }
            var paths = parts.stream().map(CodeFolder::path).toList();
            return makeOnce(digest, () -> folders.merge(digest, paths)).get();
        } finally {
            parts.forEach(CodeFolder::close);
        }
    }

    private static IOException unusable(String codeDigest, @Nullable Throwable cause) {
        return switch (cause) {
            case NoSuchFileException gone ->
                new CodeUnusableException("The code package " + codeDigest + " is not there any more.", gone);
            case PackageRefusedException damaged ->
                new CodeUnusableException("The code package " + codeDigest + " is damaged.", damaged);
            case null, default ->
                new IOException("The code package " + codeDigest + " cannot be unpacked: " + said(cause), cause);
        };
    }

    private static String said(@Nullable Throwable cause) {
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    private CompletableFuture<Path> unpackOnce(Digest digest, Callable<SeekableByteChannel> zip) {
        return makeOnce(digest, () -> {
            try (SeekableByteChannel channel = zip.call()) {
                return folders.unpack(digest, channel);
            }
        });
    }

    private CompletableFuture<Path> makeOnce(Digest digest, Callable<Path> make) {
        CompletableFuture<Path> mine = new CompletableFuture<>();
        CompletableFuture<Path> other = unpacking.putIfAbsent(digest, mine);
        if (other != null) {
            return other;
        }
        run(mine, () -> {
            try {
                Path folder = folders.find(digest);
                return folder != null ? folder : make.call();
            } finally {
                unpacking.remove(digest, mine);
            }
        });
        return mine;
    }

    /// What is in a package.
    ///
    /// @throws StoreUnavailableException if it cannot be read
    public PackageContent content(String codeDigest) {
        return await(start(() -> {
            try (SeekableByteChannel channel = blobs.open(new Digest(codeDigest))) {
                return Unpacker.content(channel);
            }
        }));
    }

    /// The package's bytes, for a download.
    ///
    /// @throws NoSuchFileException if there is no such package
    public InputStream open(String codeDigest) throws IOException {
        return Channels.newInputStream(blobs.open(new Digest(codeDigest)));
    }

    /// Removes every package, unpacked or not, that the records do not name, did not name at the call before this one
    /// (an invocation may still be on its way with what it resolved then), and that nobody holds.
    ///
    /// @param named asks for the digests that the records name; called once, after this has begun to watch for new
    ///              ones
    public void retain(Supplier<Set<String>> named) {
        sweep.lock();
        holds.startSweep();
        try {
            var candidates = new HashSet<>(blobs.list());
            candidates.addAll(await(start(folders::list)));
            Set<String> namedNow = Set.copyOf(named.get());
            for (Digest digest : candidates) {
                if (!namedNow.contains(digest.hex()) && !namedBefore.contains(digest.hex())) {
                    remove(digest);
                }
            }
            namedBefore = namedNow;
        } finally {
            holds.endSweep();
            sweep.unlock();
            cleanSoon();
        }
    }

    /// As [#retain], and what the records named until now is not spared: nobody may be on his way with it.
    ///
    /// @return how many packages were removed
    public int retainOnly(Supplier<Set<String>> named) {
        sweep.lock();
        try {
            int before = blobs.list().size();
            namedBefore = Set.of();
            retain(named);
            return Math.max(0, before - blobs.list().size());
        } finally {
            sweep.unlock();
        }
    }

    private void remove(Digest digest) {
        if (holds.startRemoval(digest)) {
            removeTaken(digest);
        }
    }

    private void removeTaken(Digest digest) {
        try {
            await(start(() -> {
                blobs.remove(digest);
                folders.discard(digest);
                return digest;
            }));
        } finally {
            holds.endRemoval(digest);
        }
    }

    private void cleanSoon() {
        start(() -> {
                    folders.clean();
                    return folders;
                })
                .exceptionally(failure -> {
                    LOG.warn("Unpacked code that nobody needs cannot be removed; the next start tries again.", failure);
                    return folders;
                });
    }

    private <T> CompletableFuture<T> start(Callable<T> task) {
        var outcome = new CompletableFuture<T>();
        run(outcome, task);
        return outcome;
    }

    private <T> void run(CompletableFuture<T> outcome, Callable<T> task) {
        try {
            threads.execute(() -> {
                try {
                    outcome.complete(task.call());
                } catch (Exception | Error e) {
                    outcome.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(new StoreUnavailableException("The code store is closed.", e));
        }
    }

    private <T> T await(CompletableFuture<T> outcome) {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw switch (e.getCause()) {
                case RuntimeException cause -> cause;
                case Error cause -> throw cause;
                case IOException cause -> folders.unavailable(cause);
                case null, default -> e;
            };
        }
    }

    /// Ends its threads; what they were unpacking is removed at the next start.
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "Code is still being unpacked after {} seconds; the process's end will end it.", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
