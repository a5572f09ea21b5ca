package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ServiceException;
import dev.boda.store.Database;
import dev.boda.store.RecordConflictException;
import dev.boda.store.RecordKey;
import dev.boda.store.RecordTable;
import dev.boda.store.StoreCannotOpenException;
import dev.boda.store.StoreUnavailableException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The room that code takes.
final class FunctionTableTest {

    private static final String ACCOUNT = "111111111111";
    private static final String REGION = "us-east-1";
    private static final FunctionSettings SETTINGS = CatalogOverStore.SETTINGS;

    private Path file;
    private Database database;
    private FunctionTable table;

    @BeforeEach
    void open(@TempDir Path folder) {
        file = folder.resolve("functions.db");
        database = Database.open(file, RecordTable.SCHEMA);
        table = new FunctionTable(new RecordTable(database), 100, new ReservedConcurrency(1_000, 100));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static WholeFunction function(String name, String region, long bytes) {
        var function = FunctionRecord.creating(
                new FunctionName(ACCOUNT, region, name),
                SETTINGS,
                new FunctionCode("ab".repeat(32), bytes, "x86_64"),
                CatalogOverStore.STAMPS);
        return WholeFunction.alone(function);
    }

    private static WholeFunction function(String name, long bytes) {
        return function(name, REGION, bytes);
    }

    private long used() {
        return table.storage().usedBytes(ACCOUNT, REGION);
    }

    private static void assertRefused(Runnable creation) {
        assertThatThrownBy(creation::run)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("CodeStorageExceededException"))
                .hasMessage("Code storage limit exceeded.");
    }

    @Test
    void aFunctionFromBeforeStorageCouldBeChosenHasAwssDefault() {
        var stored = "{\"runtime\":\"python3.12\",\"handler\":\"app.handler\",\"role\":\"r\",\"description\":\"\","
                + "\"timeoutSeconds\":3,\"memoryMegabytes\":128,\"environment\":{}}";
        assertThat(new JsonMapper().readValue(stored, FunctionSettings.class).temporaryMegabytes())
                .isEqualTo(512);
    }

    /// As a server before this one wrote it: a flat snapshot, and nothing of tags, policies and versions.
    @Test
    void aFunctionOfAnOlderServerIsRead() {
        var code = "{\"digest\":\"%s\",\"sizeBytes\":7,\"architecture\":\"x86_64\"}".formatted("ab".repeat(32));
        var settings = "\"runtime\":\"python3.12\",\"handler\":\"app.handler\",\"role\":\"r\",\"timeoutSeconds\":3,"
                + "\"memoryMegabytes\":128,\"temporaryMegabytes\":512,\"environment\":{\"A\":\"1\"}";
        var owner = "\"account\":\"%s\",\"region\":\"%s\",\"name\":\"old\"".formatted(ACCOUNT, REGION);
        var stored = "{\"name\":{" + owner + "},\"settings\":{" + settings + ",\"description\":\"\"},\"code\":" + code
                + ",\"state\":\"READY\",\"revisionId\":\"r\",\"versionId\":\"v\",\"lastModifiedMillis\":5,\"serving\":{"
                + owner + "," + settings + ",\"id\":\"v\",\"version\":\"$LATEST\",\"codeDigest\":\"" + "ab".repeat(32)
                + "\",\"architecture\":\"x86_64\"}}";
        var name = new FunctionName(ACCOUNT, REGION, "old");
        new RecordTable(database).create(RecordKey.of("function", ACCOUNT, REGION, "old"), stored);
        var function = table.open().getFirst().function();
        assertThat(function.serving().orElseThrow().function()).isEqualTo(name);
        assertThat(function.serving().orElseThrow().environment()).containsEntry("A", "1");
        assertThat(function.serving().orElseThrow().codeDigest())
                .isEqualTo(function.code().digest());
        assertThat(function.tags()).isEmpty();
        assertThat(function.policy().none()).isTrue();
    }

    @Test
    void codeBeyondTheLimitIsRefusedAndLeavesNothing() {
        table.create(function("a", 60));
        assertRefused(() -> table.create(function("b", 41)));
        assertThat(used()).isEqualTo(60);
        table.create(function("c", 40));
        assertThat(used()).isEqualTo(100);
        assertThat(new FunctionTable(new RecordTable(database), 100, new ReservedConcurrency(1_000, 100)).open())
                .hasSize(2);
    }

    @Test
    void everyRegionHasItsOwn() {
        table.create(function("a", 60));
        table.create(function("a", "eu-west-1", 60));
        assertThat(used()).isEqualTo(60);
    }

    @Test
    void anUpdateCountsWhatItAddsAndFreesWhatItSaves() {
        var row = table.create(function("a", 60));
        var larger = table.replace(row, function("a", 100));
        assertThat(used()).isEqualTo(100);
        var smaller = table.replace(larger, function("a", 10));
        assertThat(used()).isEqualTo(10);
        assertRefused(() -> table.replace(smaller, function("a", 101)));
        table.remove(smaller);
        assertThat(used()).isZero();
    }

    @Test
    void whatIsNotWrittenTakesNoRoom() {
        var row = table.create(function("a", 10));
        assertThatThrownBy(() -> table.create(function("a", 20))).isInstanceOf(RecordConflictException.class);
        table.replace(row, function("a", 10));
        assertThatThrownBy(() -> table.replace(row, function("a", 90))).isInstanceOf(RecordConflictException.class);
        assertThatThrownBy(() -> table.replace(row, function("a", 5))).isInstanceOf(RecordConflictException.class);
        assertThatThrownBy(() -> table.remove(row)).isInstanceOf(RecordConflictException.class);
        database.close();
        assertThatThrownBy(() -> table.create(function("b", 20))).isInstanceOf(StoreUnavailableException.class);
        assertThat(used()).isEqualTo(10);
    }

    @Test
    void whatAnotherServerKeptIsCountedThoughTheLimitIsLowerNow() {
        table.create(function("a", 60));
        var reopened = new FunctionTable(new RecordTable(database), 50, new ReservedConcurrency(1_000, 100));
        var rows = reopened.open();
        assertThat(reopened.storage().usedBytes(ACCOUNT, REGION)).isEqualTo(60);
        assertRefused(() -> reopened.create(function("b", 1)));
        reopened.replace(rows.getFirst(), function("a", 55));
        assertThat(reopened.storage().usedBytes(ACCOUNT, REGION)).isEqualTo(55);
    }

    @Test
    void aDamagedRecordStopsTheStart() {
        table.create(function("a", 60));
        database.write(sql -> sql.update("UPDATE record SET document = '{'"));
        assertThatThrownBy(table::open)
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageStartingWith("The record of the function a in " + file + " is damaged. Bring the file back");
    }

    @Test
    void manyAtOnceNeverTakeMoreThanThereIs() {
        var made = new AtomicInteger();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                var function = function("f" + i, 3);
                callers.execute(() -> {
                    try {
                        table.create(function);
                        made.incrementAndGet();
                    } catch (ServiceException refused) {
                        assertThat(refused.code()).isEqualTo("CodeStorageExceededException");
                    }
                });
            }
        }
        assertThat(made).hasValue(33);
        assertThat(used()).isEqualTo(99);
    }
}
