package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class DatabaseTest {

    private static final List<String> SCHEMA = List.of("CREATE TABLE number (n BIGINT NOT NULL PRIMARY KEY)");

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private Path file;
    private Database database;

    @BeforeEach
    void open(@TempDir Path folder) {
        file = folder.resolve("numbers.sqlite");
        database = Database.open(file, SCHEMA);
    }

    @AfterEach
    void close() {
        database.close();
        callers.close();
    }

    private static Work<Integer> insert(long number) {
        return sql -> sql.update("INSERT INTO number VALUES (?)", number);
    }

    private List<Long> numbers() {
        return database.read(sql -> sql.query("SELECT n FROM number ORDER BY n", row -> row.getLong(1)));
    }

    /// Keeps the writer busy until the latch is released, so that what is written meanwhile waits together.
    private CountDownLatch holdWriter() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        callers.execute(() -> database.write(sql -> {
            begun.countDown();
            return awaited(release);
        }));
        begun.await();
        return release;
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> Future<T> waiting(Work<T> work, int count) {
        Future<T> future = callers.submit(() -> database.write(work));
        while (database.waitingWrites() < count) {
            Thread.onSpinWait();
        }
        return future;
    }

    @Test
    void whatWasWrittenIsThereAfterReopening() {
        database.write(insert(1));
        database.close();
        database = Database.open(file, SCHEMA);

        assertThat(numbers()).containsExactly(1L);
    }

    @Test
    void closingFinishesWhatWaitsAndLeavesOneFile() throws Exception {
        CountDownLatch release = holdWriter();
        Future<Integer> write = waiting(insert(1), 1);
        var closing = CompletableFuture.runAsync(database::close, callers);
        release.countDown();
        closing.join();

        assertThat(write.get()).isEqualTo(1);
        assertThat(file.getParent()).isDirectoryNotContaining(path -> !path.equals(file));
        assertThatThrownBy(() -> database.write(insert(2))).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void writesThatWaitAreCommittedTogether() throws Exception {
        CountDownLatch release = holdWriter();
        var firstRan = new CountDownLatch(1);
        var finishSecond = new CountDownLatch(1);
        Future<Integer> first = waiting(
                sql -> {
                    int changed = insert(1).run(sql);
                    firstRan.countDown();
                    return changed;
                },
                1);
        Future<Boolean> second = waiting(sql -> awaited(finishSecond), 2);
        release.countDown();
        firstRan.await();

        assertThat(numbers()).as("not committed before the second has ended").isEmpty();
        assertThat(first.isDone()).isFalse();
        finishSecond.countDown();
        second.get();
        assertThat(first.get()).isEqualTo(1);
        assertThat(numbers()).containsExactly(1L);
    }

    @Test
    void aFailingWriteIsUndoneAlone() throws Exception {
        CountDownLatch release = holdWriter();
        Future<Integer> before = waiting(insert(1), 1);
        Future<Integer> failing = waiting(
                sql -> {
                    insert(2).run(sql);
                    throw new RecordConflictException(RecordKey.first("a", "b", "c"));
                },
                2);
        Future<Integer> twice = waiting(insert(1), 3);
        Future<Integer> after = waiting(insert(3), 4);
        release.countDown();

        assertThat(before.get()).isEqualTo(1);
        assertThatThrownBy(failing::get).cause().isInstanceOf(RecordConflictException.class);
        assertThatThrownBy(twice::get).cause().isInstanceOf(IllegalStateException.class);
        assertThat(after.get()).isEqualTo(1);
        assertThat(numbers()).containsExactly(1L, 3L);
    }

    @Test
    void aReadSeesOneStateOfTheDatabase() throws Exception {
        database.write(insert(1));
        var begun = new CountDownLatch(1);
        var written = new CountDownLatch(1);
        Future<Long> counts = callers.submit(() -> database.read(sql -> {
            long first = count(sql);
            begun.countDown();
            awaited(written);
            return first * 10 + count(sql);
        }));
        begun.await();
        database.write(insert(2));
        written.countDown();

        assertThat(counts.get()).isEqualTo(11);
    }

    private static long count(Sql sql) throws java.sql.SQLException {
        return sql.find("SELECT count(*) FROM number", row -> row.getLong(1)).orElseThrow();
    }

    @Test
    void readingWorkCannotWrite() {
        assertThatThrownBy(() -> database.read(insert(1))).isInstanceOf(RuntimeException.class);
        assertThat(numbers()).isEmpty();
    }

    @Test
    void workThatCallsTheDatabaseAgainIsRefusedInsteadOfWaitingForItself() {
        assertThatThrownBy(() -> database.write(sql -> database.write(insert(1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not call it again");
    }

    @Test
    void manyCallersWriteAndReadAtOnce() throws Exception {
        var writes = new ArrayList<Future<Integer>>();
        for (long i = 0; i < 1_000; i++) {
            Work<Integer> work = insert(i);
            writes.add(callers.submit(() -> {
                int changed = database.write(work);
                return changed + (int) (long) database.read(DatabaseTest::count);
            }));
        }
        for (Future<Integer> write : writes) {
            assertThat(write.get()).isGreaterThan(1);
        }
        assertThat(numbers()).hasSize(1_000);
    }

    @Test
    void aFullDatabaseRefusesWritesAndTakesThemAgainWhenThereIsRoom() {
        database.write(sql -> sql.update("CREATE TABLE big (content BLOB)"));
        database.write(sql -> limitPages(sql, 12));
        Work<Integer> big = sql -> sql.update("INSERT INTO big VALUES (?)", new byte[100_000]);

        assertThatThrownBy(() -> database.write(big))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith(
                        "The server cannot write to its data directory (" + file.getParent() + "): no space")
                .hasMessageContaining("Make room there");
        assertThat(numbers()).isEmpty();
        database.write(sql -> limitPages(sql, 10_000));
        assertThat(database.write(big)).isEqualTo(1);
    }

    private static int limitPages(Sql sql, int pages) throws java.sql.SQLException {
        return sql.find("PRAGMA max_page_count = " + pages, row -> row.getInt(1))
                .orElseThrow();
    }

    @Test
    void aFullOrReadOnlyDiskRefusesWritesAndStillReads(@TempDir Path folder) throws Exception {
        try (var disk = SmallDisk.mount(folder, 1);
                var onDisk = Database.open(folder.resolve("small.sqlite"), SCHEMA)) {
            onDisk.write(insert(1));
            disk.fill();
            assertThatThrownBy(() -> {
                        for (long i = 2; i < 10_000; i++) {
                            onDisk.write(insert(i));
                        }
                    })
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(onDisk.read(DatabaseTest::count)).isPositive();
            disk.free();
            assertThat(onDisk.write(insert(20_000))).isEqualTo(1);
        }
    }

    @Test
    void theFlowTellsOfWritesCommitsAndFailures(@TempDir Path folder) throws Exception {
        try (var disk = SmallDisk.mount(folder, 1);
                var onDisk = Database.open(folder.resolve("small.sqlite"), SCHEMA)) {
            onDisk.probe();
            assertThat(onDisk.flow().name()).isEqualTo("small");
            assertThat(onDisk.flow().writes().count()).isOne();
            assertThat(onDisk.flow().commits().count()).isOne();
            assertThat(onDisk.flow().failing()).isFalse();
            disk.fill();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            onDisk.probe();
                        }
                    })
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(onDisk.flow().failing()).isTrue();
            assertThat(onDisk.flow().failedCommits()).isOne();
            disk.free();
            onDisk.probe();
            assertThat(onDisk.flow().failing()).isFalse();
        }
    }
}
