package dev.boda.sandbox.scratch;

import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes disks for environments, some ahead of need: of AWS's default size from the start, of another size once it was
/// asked for, as long as not too many sizes are in use.
///
/// A disk takes no more of the machine's disk than is written to it, and gives back what it took when it is closed.
public final class ScratchDisks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ScratchDisks.class);

    /// AWS's. <https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html>
    private static final int USUAL_MEGABYTES = 512;

    /// Enough for the cold starts that come at once on a small machine; whoever finds none makes one.
    private static final int AHEAD = 4;

    private static final int MOST_SIZES_AHEAD = 4;
    private static final int MOST_TEMPLATES = 64;

    private final Path folder;
    private final Mkfs mkfs;
    private final ExecutorService refiller = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("sandbox-disks").daemon(true).factory());
    private final AtomicLong made = new AtomicLong();
    private final Map<Integer, Template> templates = new LinkedHashMap<>(); // Guarded by this.

    /// Those ahead by their size, the size that was asked for last at the end.
    private final Map<Integer, Deque<ScratchDisk>> ready = new LinkedHashMap<>(); // Guarded by this.

    private boolean closed; // Guarded by this.

    private ScratchDisks(Path folder, Mkfs mkfs) {
        this.folder = folder;
        this.mkfs = mkfs;
    }

    /// Gets ready, and makes a first disk to see that it can be done.
    ///
    /// @param folder of this server alone; on a real disk, or nothing is gained
    /// @throws ScratchUnavailable if it cannot
    public static ScratchDisks start(Path folder) throws IOException {
        removeLeftovers(Files.createDirectories(folder));
        var disks = new ScratchDisks(folder, Mkfs.find());
        try {
            disks.make(USUAL_MEGABYTES).close();
        } catch (IOException | StoreUnavailableException refused) {
            disks.close();
            throw new ScratchUnavailable("it takes a loop device with ext4:", new IOException(refused.getMessage()));
        }
        disks.refill(USUAL_MEGABYTES);
        return disks;
    }

    /// Images have a name for less than a millisecond; an earlier server may have been killed in it.
    private static void removeLeftovers(Path folder) throws IOException {
        try (var images = Files.newDirectoryStream(folder, "*" + Image.SUFFIX)) {
            for (var image : images) {
                Files.delete(image);
            }
        }
    }

    /// A disk that waits, or else a new one. Blocks: called on a platform thread.
    ///
    /// @throws StoreUnavailableException if the machine's disk does not take it
    public ScratchDisk take(int megabytes) throws IOException {
        var waiting = poll(megabytes);
        refill(megabytes);
        return waiting.isPresent() ? waiting.get() : make(megabytes);
    }

    private synchronized Optional<ScratchDisk> poll(int megabytes) {
        var shelf = ready.get(megabytes);
        return shelf == null ? Optional.empty() : Optional.ofNullable(shelf.poll());
    }

    private synchronized void refill(int megabytes) {
        if (!closed) {
            refiller.execute(() -> fill(megabytes));
        }
    }

    private void fill(int megabytes) {
        try {
            leastWanted(megabytes).forEach(ScratchDisk::close);
            while (lacks(megabytes)) {
                var disk = make(megabytes);
                if (!put(disk)) {
                    disk.close();
                }
            }
        } catch (IOException | RuntimeException refused) {
            log.debug("No disk of {} MB was made ahead", megabytes, refused);
        }
    }

    /// Makes this size the last that was asked for; the disks of a size that was not for long, if there are too many
    /// sizes.
    private synchronized List<ScratchDisk> leastWanted(int megabytes) {
        var shelf = ready.remove(megabytes);
        ready.put(megabytes, shelf == null ? new ArrayDeque<>() : shelf);
        if (ready.size() <= MOST_SIZES_AHEAD) {
            return List.of();
        }
        var sizes = ready.entrySet().iterator();
        var disks = List.copyOf(sizes.next().getValue());
        sizes.remove();
        return disks;
    }

    private synchronized boolean lacks(int megabytes) {
        var shelf = ready.get(megabytes);
        return !closed && shelf != null && shelf.size() < AHEAD;
    }

    private synchronized boolean put(ScratchDisk disk) {
        var shelf = ready.get(disk.megabytes());
        return !closed && shelf != null && shelf.add(disk);
    }

    private ScratchDisk make(int megabytes) throws IOException {
        var template = template(megabytes);
        var image = unusedPath();
        try {
            template.write(image);
        } catch (IOException full) {
            throw StoreUnavailableException.writing(folder, full);
        }
        return new ScratchDisk(megabytes, Image.mountUnnamed(image));
    }

    /// Two who want the first of a size at once both make one; that is harmless.
    private Template template(int megabytes) throws IOException {
        var known = known(megabytes);
        return known.isPresent() ? known.get() : learn(Template.make(mkfs, unusedPath(), megabytes), megabytes);
    }

    private synchronized Optional<Template> known(int megabytes) {
        return Optional.ofNullable(templates.get(megabytes));
    }

    /// Some 60 kB each: the one that was learnt first is forgotten.
    private synchronized Template learn(Template template, int megabytes) {
        if (templates.size() >= MOST_TEMPLATES) {
            templates.remove(templates.keySet().iterator().next());
        }
        templates.put(megabytes, template);
        return template;
    }

    private Path unusedPath() {
        return folder.resolve(made.incrementAndGet() + Image.SUFFIX);
    }

    /// Lets go of those that wait. Disks that were taken are their takers'.
    @Override
    public void close() {
        Map<Integer, Deque<ScratchDisk>> left;
        synchronized (this) {
            closed = true;
            left = Map.copyOf(ready);
            ready.clear();
        }
        refiller.close();
        left.values().forEach(shelf -> shelf.forEach(ScratchDisk::close));
    }
}
