package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteEventQueueTest extends EventQueueContract {

    /// What is done for each event, lane or shard.
    static final List<String> STATEMENTS = List.of(
            EventStatements.HOLD,
            EventStatements.IS_HELD,
            EventStatements.BRING_BACK_FREE,
            EventStatements.HAS_LAPSED,
            EventStatements.BRING_BACK_LAPSED,
            EventStatements.ADD_CONTENT,
            EventStatements.ADD,
            EventStatements.LANES,
            EventStatements.LEASE,
            EventStatements.COUNT_LEASE,
            EventStatements.CONTENT,
            EventStatements.EXTEND,
            EventStatements.END,
            EventStatements.AGAIN,
            EventStatements.REMOVE_CONTENT,
            EventStatements.REMOVE_FROM_LANE);

    @TempDir
    private Path folder;

    private final List<Database> databases = new ArrayList<>();

    @Override
    EventQueue open() {
        databases.add(Database.open(folder.resolve("events.sqlite"), SqliteEventQueue.SCHEMA));
        return SqliteEventQueue.open(databases.getLast(), clock);
    }

    @Override
    @AfterEach
    void close() {
        databases.forEach(Database::close);
        databases.clear();
    }

    /// Read-only, as a disk is after an I/O error. What was refused must not be there after opening it again either.
    @Override
    void available(boolean is) {
        if (is) {
            close();
            queue = open();
        } else {
            databases.getLast().write(sql -> {
                sql.script("PRAGMA query_only = ON");
                return false;
            });
        }
    }

    @Test
    void noStatementWalksOverWhatWaits() {
        for (int i = 0; i < 100; i++) {
            queue.add(event("id" + i, LANE + i % 3, 0));
        }
        for (String statement : STATEMENTS) {
            long parameters = statement.chars().filter(c -> c == '?').count();
            List<String> plan = databases
                    .getLast()
                    .read(sql -> sql.query(
                            "EXPLAIN QUERY PLAN " + statement,
                            row -> row.getString("detail"),
                            new Object[(int) parameters]));

            assertThat(plan)
                    .as(statement)
                    .noneMatch(step -> step.matches("SCAN event( .*)?|.*TEMP B-TREE.*"))
                    .noneMatch(step -> step.startsWith("SEARCH event ") && !narrow(step));
        }
    }

    /// Whether a search goes to what is leased, or to a lane of a shard.
    private static boolean narrow(String step) {
        return step.contains("event_leased") || step.contains("(shard=? AND leased=?");
    }

    @Test
    void whatTakesNothingWritesNothing() throws Exception {
        add("id");
        var leased = lease("a");
        long before = Files.size(folder.resolve("events.sqlite-wal"));
        for (int i = 0; i < 10; i++) {
            queue.lease(leased.getFirst().shard(), LANE, 10, MINUTE);
            queue.add(event("id"));
        }
        assertThat(folder.resolve("events.sqlite-wal")).hasSize(before);
    }

    @Test
    void aFullDiskRefusesEventsAndLosesNone(@TempDir Path mounted) throws Exception {
        var random = new Random(1);
        byte[] payload = new byte[20_000];
        random.nextBytes(payload);
        try (var disk = SmallDisk.mount(mounted, 2);
                var database = Database.open(mounted.resolve("events.sqlite"), SqliteEventQueue.SCHEMA)) {
            queue = SqliteEventQueue.open(database, clock);
            disk.fill();
            var accepted = new ArrayList<String>();
            assertThatThrownBy(() -> {
                        while (true) {
                            String id = "id" + accepted.size();
                            queue.add(new EventQueue.QueuedEvent(id, LANE, 0, "{}", payload));
                            accepted.add(id);
                        }
                    })
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no space is left");
            assertThat(queue.size()).isEqualTo(accepted.size());
            disk.free();
            add("later");
            accepted.add("later");
            assertThat(lease("a")).extracting(Leased::id).containsExactlyInAnyOrderElementsOf(accepted);
        }
    }
}
