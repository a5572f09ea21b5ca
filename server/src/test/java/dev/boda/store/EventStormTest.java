package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Runs storms until one breaks the rules; prints the seed of the one that did. `-Dstorms=N` runs as many as are said
/// below for N = 1,000, the usual, or more; `-Dstorm=SEED` runs one again.
final class EventStormTest {

    private static final int IN_MEMORY = 2_000;
    private static final int ON_SQLITE = 250;

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());

    @Test
    void theRuleHoldsInMemory() {
        runAll(IN_MEMORY, List.of(new InMemoryEventQueue(clock)));
    }

    /// Two processes, as it were. In memory where there is such a folder: what a flush costs is not asked here.
    @Test
    void theRuleHoldsOnSqlite() throws Exception {
        var shared = Path.of("/dev/shm");
        var folder = Files.isWritable(shared)
                ? Files.createTempDirectory(shared, "boda-storm")
                : Files.createTempDirectory("boda-storm");
        var file = folder.resolve("events.sqlite");
        try (var one = Database.open(file, SqliteEventQueue.SCHEMA);
                var two = Database.open(file, SqliteEventQueue.SCHEMA)) {
            runAll(ON_SQLITE, List.of(SqliteEventQueue.open(one, clock), SqliteEventQueue.open(two, clock)));
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    private void runAll(int usual, List<EventQueue> handles) {
        Long one = Long.getLong("storm");
        if (one != null) {
            run(one, handles);
            return;
        }
        long done = 0;
        long storms = Math.max(1, (long) usual * Integer.getInteger("storms", 1_000) / 1_000);
        for (long seed = 0; seed < storms; seed++) {
            done += run(seed, handles);
        }
        assertThat(done).as("storms that do something").isGreaterThan(5 * storms);
    }

    private int run(long seed, List<EventQueue> handles) {
        try {
            return new EventStorm(seed, handles, now).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("Storm with seed " + seed + " (again: -Dstorm=" + seed + "): " + e, e);
        }
    }
}
