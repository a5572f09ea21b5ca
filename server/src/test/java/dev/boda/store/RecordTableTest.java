package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordTableTest {

    private static final RecordKey KEY = RecordKey.of("function", "000000000000", "us-east-1", "hello");

    private Database database;
    private RecordTable records;

    @BeforeEach
    void open(@TempDir Path folder) {
        database = Database.open(folder.resolve("function.sqlite"), RecordTable.SCHEMA);
        records = new RecordTable(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aRecordIsFoundAsItWasCreated() {
        long revision = records.create(KEY, "{\"timeout\":3}");

        assertThat(records.find(KEY)).contains(new StoredRecord(KEY, revision, "{\"timeout\":3}"));
        assertThat(records.find(RecordKey.of("function", "000000000000", "us-west-2", "hello")))
                .isEmpty();
    }

    @Test
    void anExistingRecordIsNotCreatedAgain() {
        long revision = records.create(KEY, "1");

        assertThatThrownBy(() -> records.create(KEY, "2"))
                .isInstanceOfSatisfying(
                        RecordConflictException.class, e -> assertThat(e.key()).isEqualTo(KEY));
        assertThat(records.find(KEY)).contains(new StoredRecord(KEY, revision, "1"));
    }

    @Test
    void aStaleChangeIsRefused() {
        long first = records.create(KEY, "1");
        long second = records.replace(KEY, first, "2");

        assertThat(second).isGreaterThan(first);
        assertThatThrownBy(() -> records.replace(KEY, first, "3")).isInstanceOf(RecordConflictException.class);
        assertThatThrownBy(() -> records.remove(KEY, first)).isInstanceOf(RecordConflictException.class);
        assertThat(records.find(KEY)).contains(new StoredRecord(KEY, second, "2"));
    }

    @Test
    void aRecordThatWasRemovedAndCreatedAgainHasAnotherRevision() {
        long first = records.create(KEY, "1");
        records.remove(KEY, first);
        assertThat(records.find(KEY)).isEmpty();
        long again = records.create(KEY, "1");

        assertThat(again).isGreaterThan(first);
        assertThatThrownBy(() -> records.replace(KEY, first, "2")).isInstanceOf(RecordConflictException.class);
    }

    @Test
    void severalChangesHappenTogetherOrNotAtAll() {
        var version = new RecordKey("version", "000000000000", "us-east-1", "hello", "1");
        long revision = records.apply(new RecordChange.Create(KEY, "f"), new RecordChange.Create(version, "v"));

        assertThat(records.find(version)).contains(new StoredRecord(version, revision, "v"));
        assertThatThrownBy(() -> records.apply(
                        new RecordChange.Remove(version, revision), new RecordChange.Replace(KEY, revision + 7, "x")))
                .isInstanceOf(RecordConflictException.class);
        assertThat(records.find(version)).isPresent();
        assertThat(records.lastRevision()).isEqualTo(revision);
    }

    @Test
    void recordsAreListedInPagesByNameWithinAccountAndRegion() {
        for (String name : List.of("b", "d", "a", "c")) {
            records.create(RecordKey.of("function", "000000000000", "us-east-1", name), name);
        }
        records.create(RecordKey.of("function", "111111111111", "us-east-1", "other"), "");
        records.create(RecordKey.of("function", "000000000000", "us-west-2", "other"), "");
        records.create(RecordKey.of("layer", "000000000000", "us-east-1", "other"), "");

        var page = records.list(RecordKey.first("function", "000000000000", "us-east-1"), 3);
        assertThat(page).extracting(StoredRecord::document).containsExactly("a", "b", "c");
        assertThat(records.list(page.getLast().key(), 3))
                .extracting(StoredRecord::document)
                .containsExactly("d");
        assertThat(records.scan("function"))
                .extracting(record -> record.key().name())
                .containsExactly("a", "b", "c", "d", "other", "other");
    }

    @Test
    void ofManyThatChangeOneRevisionExactlyOneSucceeds() throws Exception {
        long revision = records.create(KEY, "");
        var attempts = new ArrayList<Future<Long>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                String document = "by " + i;
                attempts.add(threads.submit(() -> records.replace(KEY, revision, document)));
            }
        }
        assertThat(attempts)
                .filteredOn(attempt -> attempt.state() == Future.State.SUCCESS)
                .hasSize(1);
    }
}
