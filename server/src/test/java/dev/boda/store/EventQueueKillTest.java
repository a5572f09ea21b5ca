package dev.boda.store;

import static dev.boda.store.KilledEventQueue.HOUR;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.EventQueue.LeasedEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class EventQueueKillTest {

    private static final Duration HALF_AN_HOUR = HOUR.dividedBy(2);

    private final Random random = new Random(7);
    private final Set<String> added = new HashSet<>();
    private final Set<String> settled = new HashSet<>();

    @Test
    void whatWasAddedIsThereUntilItIsSettledWheneverItsProcessIsKilled(@TempDir Path folder) throws Exception {
        for (int kill = 1; kill <= 3; kill++) {
            runAndKill(folder.resolve("events.sqlite"), kill);
            assertWhole(folder.resolve("events.sqlite"), kill);
        }
    }

    private void runAndKill(Path file, int run) throws Exception {
        Process process = KilledEventQueue.start(file, run);
        try (var lines = process.inputReader()) {
            int most = 100 + random.nextInt(400);
            for (int i = 0; i < most; i++) {
                note(lines.readLine());
            }
            // By its handle: Process.destroyForcibly would close the stream before it is read to its end.
            process.toHandle().destroyForcibly();
            lines.lines().forEach(this::note);
        } finally {
            process.destroyForcibly();
        }
    }

    private void note(String line) {
        var noted = line.startsWith("+") ? added : settled;
        assertThat(noted.add(line.substring(1))).isTrue();
    }

    private void assertWhole(Path file, int kills) throws Exception {
        try (var database = Database.open(file, SqliteEventQueue.SCHEMA)) {
            var clock = InstantSource.offset(
                    InstantSource.system(), KilledEventQueue.clock(kills).plus(HOUR));
            var queue = SqliteEventQueue.open(database, clock);
            Set<String> there = waiting(queue);

            assertThat(settled).isNotEmpty().doesNotContainAnyElementsOf(there);
            var missing = new HashSet<>(added);
            missing.removeAll(settled);
            missing.removeAll(there);
            assertThat(missing)
                    .as("settled, and killed before that was said")
                    .hasSizeLessThanOrEqualTo(kills * KilledEventQueue.SETTLERS);
            there.removeAll(added);
            assertThat(there)
                    .as("added, and killed before that was said")
                    .hasSizeLessThanOrEqualTo(kills * KilledEventQueue.ADDERS);
            assertThat(queue.size())
                    .isEqualTo(
                            database.read(sql -> sql.find("SELECT count(*) FROM event_content", row -> row.getLong(1))
                                    .orElseThrow()));
        }
    }

    /// What is in the queue, and stays there. Whoever was killed has lost all its leases by now.
    private static Set<String> waiting(EventQueue queue) throws Exception {
        var ids = new HashSet<String>();
        for (var shard : queue.claim("test", HALF_AN_HOUR)) {
            for (var lane : queue.lanes(shard)) {
                List<LeasedEvent> leased = queue.lease(shard, lane.lane(), Integer.MAX_VALUE, HALF_AN_HOUR);
                leased.forEach(
                        event -> assertThat(new String(event.payload(), UTF_8)).isEqualTo(event.id()));
                ids.addAll(leased.stream().map(LeasedEvent::id).collect(Collectors.toSet()));
            }
        }
        return ids;
    }
}
