package dev.boda.metrics;

import dev.boda.store.Database;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What is wrong with the server now: what its parts report, and what it finds by itself, for it writes to the database
/// and sees whether that lasts. Looks at most once in two seconds, however often it is asked.
public final class Condition {

    /// How long what was seen counts. A disk that needs longer for one small write is no disk to rely on.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// Less free space than this is said, while there is still time to make room.
    private static final long LITTLE_SPACE_BYTES = 100L << 20;

    private final Database database;
    private final List<Supplier<Optional<String>>> reports;
    private final Path folder;
    private final Executor probes;
    private final Duration patience;
    // Guarded by this. The last one begun: while the disk does not answer it, there is no other.
    private CompletableFuture<?> probe = CompletableFuture.completedFuture(true);
    // Guarded by this.
    private List<String> problems = List.of();
    // Guarded by this.
    private long lookedNanos;

    /// @param reports a sentence of each part that cannot do its work now
    /// @param folder  the data directory
    /// @param probes  runs what may block
    public Condition(Database database, List<Supplier<Optional<String>>> reports, Path folder, Executor probes) {
        this(database, reports, folder, probes, PATIENCE);
    }

    Condition(
            Database database,
            List<Supplier<Optional<String>>> reports,
            Path folder,
            Executor probes,
            Duration patience) {
        this.database = database;
        this.reports = List.copyOf(reports);
        this.folder = folder;
        this.probes = probes;
        this.patience = patience;
        this.lookedNanos = System.nanoTime() - patience.toNanos();
    }

    /// A sentence each; none if all is well.
    public synchronized List<String> problems() {
        if (System.nanoTime() - lookedNanos >= patience.toNanos()) {
            problems = look();
            lookedNanos = System.nanoTime();
        }
        return problems;
    }

    // With the monitor held.
    private List<String> look() {
        var found = new ArrayList<String>();
        try {
            if (probe.isDone()) {
                probe = CompletableFuture.runAsync(database::probe, probes);
            }
            var _ = probe.copy()
                    .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            found.add(
                    e.getCause() instanceof StoreUnavailableException unavailable
                            ? "Functions cannot be created, changed or deleted: " + unavailable.getMessage()
                            : "Functions cannot be created, changed or deleted: the disk does not answer.");
        }
        reports.forEach(report -> report.get().ifPresent(found::add));
        long free = freeBytes();
        if (free < LITTLE_SPACE_BYTES) {
            found.add("The disk of the data directory is almost full: " + (free >> 20) + " MB are free.");
        }
        return List.copyOf(found);
    }

    /// On the disk of the data directory; 0 if that cannot be told.
    long freeBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }
}
