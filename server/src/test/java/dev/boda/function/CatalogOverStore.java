package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.ServiceException;
import dev.boda.code.CodeFolder;
import dev.boda.code.CodeFolders;
import dev.boda.code.CodeUnusableException;
import dev.boda.store.Database;
import dev.boda.store.RecordTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What the tests of the catalogue have in common: one over a real database, whose steps in the background a test
/// takes.
abstract class CatalogOverStore {

    static final Stamps STAMPS = new Stamps(InstantSource.system(), RandomGenerator.getDefault());
    static final FunctionName HELLO = new FunctionName("111111111111", "us-east-1", "hello");
    static final FunctionReference LATEST = new FunctionReference(HELLO, Optional.empty());
    static final FunctionSettings SETTINGS = FunctionSettings.DEFAULT.with(its -> {
        its.runtime = "python3.12";
        its.handler = "app.handler";
        its.role = "arn:aws:iam::111111111111:role/r";
        its.environment = Optional.of(Map.of("A", "1"));
    });
    static final FunctionCode CODE = new FunctionCode("ab".repeat(32), 17, "x86_64");
    static final FunctionCode OTHER_CODE = new FunctionCode("cd".repeat(32), 18, "x86_64");

    ReservedConcurrency concurrency = new ReservedConcurrency(1_000, 100);
    static final long CODE_STORAGE_BYTES = 1_000_000;

    final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    final List<FunctionVersion> retired = Collections.synchronizedList(new ArrayList<>());
    /// How many environments were wanted last, by snapshot.
    final Map<String, Integer> allocated = new ConcurrentHashMap<>();
    RandomGenerator random = RandomGenerator.getDefault();
    private Path file;
    private Database database;
    FunctionCatalog catalog;
    final Folders folders = new Folders();

    /// Unpacks anything, unless told otherwise.
    static final class Folders implements CodeFolders {

        Optional<String> failure = Optional.empty();
        boolean diskFull;
        final List<String> asked = new ArrayList<>();

        @Override
        public CodeFolder unpacked(List<String> codeDigests) throws IOException {
            asked.addAll(codeDigests);
            if (diskFull) {
                throw new IOException("No space left on device");
            }
            if (failure.isPresent()) {
                throw new CodeUnusableException(failure.get());
            }
            return new CodeFolder(Path.of("/nowhere"), () -> {});
        }
    }

    @BeforeEach
    void open(@TempDir Path folder) {
        file = folder.resolve("functions.db");
        database = Database.open(file, RecordTable.SCHEMA);
        catalog = catalog(steps::add);
    }

    FunctionCatalog catalog(Executor background) {

        var opened = new FunctionCatalog(
                new FunctionTable(new RecordTable(database), CODE_STORAGE_BYTES, concurrency),
                folders,
                background,
                retired::add,
                STAMPS,
                random,
                (version, environments) -> allocated.put(version.id(), environments));
        opened.open();
        return opened;
    }

    @AfterEach
    void close() {
        database.close();
    }

    void settle() {
        while (!steps.isEmpty()) {
            steps.remove().run();
        }
    }

    FunctionRecord create(FunctionName name, FunctionSettings settings, FunctionCode code) {
        return catalog.create(catalog.creating(name, settings, code), false).function();
    }

    FunctionRecord update(
            FunctionReference reference, Optional<String> revisionId, UnaryOperator<FunctionRecord> change) {
        try {
            return catalog.update(reference, revisionId, false, change).function();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    FunctionRecord ready() {
        create(HELLO, SETTINGS, CODE);
        settle();
        return catalog.get(LATEST);
    }

    /// Changes what the store holds of the functions, as another server may have written it.
    void rewrite(UnaryOperator<String> change) {
        var records = records();
        for (var record : records.scan("function")) {
            var changed = change.apply(record.document());
            if (changed.equals(record.document())) {
                throw new AssertionError("Nothing to change in " + changed);
            }
            records.replace(record.key(), record.revision(), changed);
        }
    }

    /// What the store holds, past the catalogue.
    RecordTable records() {
        return new RecordTable(database);
    }

    void reopen() {
        database.close();
        database = Database.open(file, RecordTable.SCHEMA);
        steps.clear();
        catalog = catalog(steps::add);
    }

    /// Makes a change that others may make impossible meanwhile.
    static void refusedOrDone(Callable<?> change) {
        try {
            change.call();
        } catch (ServiceException refused) {
            assertThat(refused.status()).isLessThan(500);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
