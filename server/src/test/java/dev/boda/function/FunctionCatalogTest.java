package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class FunctionCatalogTest {

    private static final FunctionName HELLO = new FunctionName("111111111111", "us-east-1", "hello");
    private static final FunctionReference LATEST = new FunctionReference(HELLO, Optional.empty());
    private static final FunctionSettings SETTINGS = new FunctionSettings(
            "python3.12", "app.handler", "arn:aws:iam::111111111111:role/r", "", 3, 128, Optional.of(Map.of("A", "1")));
    private static final FunctionCode CODE = new FunctionCode("ab".repeat(32), 17, "x86_64");
    private static final FunctionCode OTHER_CODE = new FunctionCode("cd".repeat(32), 18, "x86_64");

    private static final long CODE_STORAGE_BYTES = 1_000_000;

    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private final List<FunctionVersion> retired = Collections.synchronizedList(new ArrayList<>());
    private Path file;
    private Database database;
    private FunctionCatalog catalog;
    private Folders folders = new Folders();

    /// Unpacks anything, unless told otherwise.
    private static final class Folders implements CodeFolders {

        private Optional<String> failure = Optional.empty();
        private boolean diskFull;
        private final List<String> asked = new ArrayList<>();

        @Override
        public CodeFolder unpacked(String codeDigest) throws IOException {
            asked.add(codeDigest);
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

    private FunctionCatalog catalog(Executor background) {
        var stamps = new Stamps(InstantSource.system(), RandomGenerator.getDefault());
        var opened = new FunctionCatalog(
                new FunctionTable(new RecordTable(database), CODE_STORAGE_BYTES),
                folders,
                background,
                retired::add,
                stamps);
        opened.open();
        return opened;
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void settle() {
        while (!steps.isEmpty()) {
            steps.remove().run();
        }
    }

    private FunctionRecord ready() {
        catalog.create(HELLO, SETTINGS, CODE);
        settle();
        return catalog.get(LATEST);
    }

    private void reopen() {
        database.close();
        database = Database.open(file, RecordTable.SCHEMA);
        steps.clear();
        catalog = catalog(steps::add);
    }

    @Test
    void aFunctionIsCreatingUntilItsCodeIsUnpacked() {
        var created = catalog.create(HELLO, SETTINGS, CODE);
        assertThat(created.state()).isEqualTo(FunctionState.CREATING);
        assertThat(folders.asked).isEmpty();
        settle();
        var ready = catalog.get(LATEST);
        assertThat(folders.asked).containsExactly(CODE.digest());
        assertThat(ready.state()).isEqualTo(FunctionState.READY);
        assertThat(ready.revisionId()).isNotEqualTo(created.revisionId());
        assertThat(ready.lastModifiedMillis()).isEqualTo(created.lastModifiedMillis());
    }

    @Test
    @Timeout(20)
    void whatTheDiskDoesNotAllowIsTriedAgainUntilItDoes() {
        folders.diskFull = true;
        catalog.create(HELLO, SETTINGS, CODE);
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.CREATING);
        awaitRetry();
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.CREATING);
        folders.diskFull = false;
        awaitRetry();
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
    }

    private void awaitRetry() {
        while (steps.isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatServesIsASnapshotOfSettingsAndCode() throws InterruptedException {
        ready();
        var version = catalog.resolve(LATEST);
        assertThat(version.codeDigest()).isEqualTo(CODE.digest());
        assertThat(version.handler()).isEqualTo("app.handler");
        assertThat(version.environment()).containsExactly(Map.entry("A", "1"));
        assertThat(version.version()).isEqualTo("$LATEST");
        assertThat(catalog.resolve(LATEST)).isSameAs(version);
    }

    @Test
    void anInvocationWaitsForAFunctionThatIsBeingCreated() throws Exception {
        catalog.create(HELLO, SETTINGS, CODE);
        var resolved = resolveInBackground();
        settle();
        assertThat(resolved.get(5, TimeUnit.SECONDS).codeDigest()).isEqualTo(CODE.digest());
    }

    private CompletableFuture<FunctionVersion> resolveInBackground() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var resolved = new CompletableFuture<FunctionVersion>();
        Thread.ofVirtual().start(() -> {
            begun.countDown();
            try {
                resolved.complete(catalog.resolve(LATEST));
            } catch (Exception e) {
                resolved.completeExceptionally(e);
            }
        });
        begun.await();
        return resolved;
    }

    @Test
    void aNameIsTakenOnce() {
        ready();
        var refusal = catchThrowableOfType(ServiceException.class, () -> catalog.create(HELLO, SETTINGS, CODE));
        assertThat(refusal).hasMessage("Function already exist: hello");
        assertThat(refusal.code()).isEqualTo("ResourceConflictException");
        assertThat(refusal.status()).isEqualTo(409);
    }

    @Test
    void theSameNameInAnotherRegionIsAnotherFunction() {
        ready();
        var there = new FunctionName("111111111111", "eu-west-1", "hello");
        catalog.create(there, SETTINGS, OTHER_CODE);
        settle();
        assertThat(catalog.get(LATEST).code()).isEqualTo(CODE);
        assertThat(catalog.get(new FunctionReference(there, Optional.empty())).code())
                .isEqualTo(OTHER_CODE);
    }

    @Test
    void anUpdateServesWhenItIsDoneAndRetiresWhatWasThere() throws InterruptedException {
        var before = ready();
        var old = catalog.resolve(LATEST);
        var begun = catalog.update(LATEST, Optional.empty(), function -> function.with(OTHER_CODE));
        assertThat(begun.state()).isEqualTo(FunctionState.UPDATING);
        assertThat(begun.code()).isEqualTo(OTHER_CODE);
        assertThat(begun.serving()).contains(old);
        assertThat(retired).isEmpty();
        settle();
        var after = catalog.get(LATEST);
        assertThat(after.state()).isEqualTo(FunctionState.READY);
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(OTHER_CODE.digest());
        assertThat(retired).containsExactly(old);
        assertThat(List.of(before.revisionId(), begun.revisionId(), after.revisionId()))
                .doesNotHaveDuplicates();
    }

    @Test
    void anUpdateThatChangesNothingIsAnUpdate() {
        var before = ready();
        catalog.update(LATEST, Optional.empty(), function -> function);
        settle();
        assertThat(catalog.get(LATEST).revisionId()).isNotEqualTo(before.revisionId());
    }

    @Test
    void aSecondUpdateWaitsForTheFirst() {
        ready();
        catalog.update(LATEST, Optional.empty(), function -> function);
        var refusal = catchThrowableOfType(
                ServiceException.class, () -> catalog.update(LATEST, Optional.empty(), function -> function));
        assertThat(refusal)
                .hasMessage("The operation cannot be performed at this time. An update is in progress for resource:"
                        + " arn:aws:lambda:us-east-1:111111111111:function:hello");
        assertThat(refusal.code()).isEqualTo("ResourceConflictException");
    }

    @Test
    void aFunctionThatIsBeingCreatedIsNotUpdated() {
        catalog.create(HELLO, SETTINGS, CODE);
        var refusal = catchThrowableOfType(
                ServiceException.class, () -> catalog.update(LATEST, Optional.empty(), function -> function));
        assertThat(refusal)
                .hasMessage("The operation cannot be performed at this time."
                        + " The function is currently in the following state: Pending");
    }

    @Test
    void anotherRevisionIsRefused() {
        var before = ready();
        var refusal = catchThrowableOfType(
                ServiceException.class, () -> catalog.update(LATEST, Optional.of("other"), function -> function));
        assertThat(refusal.code()).isEqualTo("PreconditionFailedException");
        assertThat(refusal.status()).isEqualTo(412);
        assertThat(catalog.get(LATEST)).isEqualTo(before);
        catalog.update(LATEST, Optional.of(before.revisionId()), function -> function);
    }

    @Test
    void codeThatCannotBeUnpackedFailsTheUpdateAndTheOldServesOn() throws InterruptedException {
        ready();
        folders.failure = Optional.of("the disk is gone");
        catalog.update(LATEST, Optional.empty(), function -> function.with(OTHER_CODE));
        settle();
        var failed = catalog.get(LATEST);
        assertThat(failed.state()).isEqualTo(FunctionState.UPDATE_FAILED);
        assertThat(failed.failure().orElseThrow()).contains("the disk is gone");
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(CODE.digest());
        assertThat(retired).isEmpty();
        assertThat(catalog.codeInUse()).containsExactlyInAnyOrder(CODE.digest(), OTHER_CODE.digest());
    }

    @Test
    void aFunctionWhoseCreationFailedIsNotInvoked() {
        folders.failure = Optional.of("the disk is gone");
        catalog.create(HELLO, SETTINGS, CODE);
        settle();
        var refusal = catchThrowableOfType(ServiceException.class, () -> catalog.resolve(LATEST));
        assertThat(refusal).hasMessageEndingWith("The function is currently in the following state: Failed");
    }

    @Test
    void aDeletedFunctionIsGoneAndRetired() throws InterruptedException {
        ready();
        var version = catalog.resolve(LATEST);
        catalog.delete(HELLO);
        assertThat(retired).containsExactly(version);
        assertThat(catalog.codeInUse()).isEmpty();
        var refusal = catchThrowableOfType(ServiceException.class, () -> catalog.resolve(LATEST));
        assertThat(refusal)
                .hasMessage("Function not found: arn:aws:lambda:us-east-1:111111111111:function:hello:$LATEST");
        reopen();
        assertThat(catchThrowableOfType(ServiceException.class, () -> catalog.get(LATEST)))
                .hasMessage("Function not found: arn:aws:lambda:us-east-1:111111111111:function:hello");
    }

    @Test
    void aFunctionDeletedWhileItIsUpdatedStaysDeleted() throws InterruptedException {
        ready();
        catalog.update(LATEST, Optional.empty(), function -> function.with(OTHER_CODE));
        catalog.delete(HELLO);
        settle();
        assertThat(catchThrowableOfType(ServiceException.class, () -> catalog.get(LATEST)))
                .isNotNull();
        assertThat(retired).hasSize(1);
    }

    @Test
    void aFunctionCreatedAgainWhileTheOldOneSettlesIsAnother() throws InterruptedException {
        catalog.create(HELLO, SETTINGS, CODE);
        catalog.delete(HELLO);
        var second = catalog.create(HELLO, SETTINGS, OTHER_CODE);
        steps.remove().run();
        assertThat(catalog.get(LATEST)).isEqualTo(second);
        settle();
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(OTHER_CODE.digest());
    }

    @Test
    void functionsSurviveARestart() throws InterruptedException {
        var before = ready();
        reopen();
        assertThat(catalog.get(LATEST)).isEqualTo(before);
        assertThat(catalog.resolve(LATEST)).isEqualTo(before.serving().orElseThrow());
    }

    @Test
    void whatTheLastServerDidNotFinishIsFinishedAtTheStart() throws InterruptedException {
        ready();
        catalog.update(LATEST, Optional.empty(), function -> function.with(OTHER_CODE));
        reopen();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.UPDATING);
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(OTHER_CODE.digest());
    }

    @Test
    void listingGoesOnBehindAName() {
        for (var name : List.of("b", "a", "c")) {
            catalog.create(new FunctionName("111111111111", "us-east-1", name), SETTINGS, CODE);
        }
        catalog.create(new FunctionName("111111111111", "us-west-2", "d"), SETTINGS, CODE);
        catalog.create(new FunctionName("222222222222", "us-east-1", "e"), SETTINGS, CODE);
        assertThat(catalog.list("111111111111", "us-east-1", "", 2))
                .extracting(function -> function.name().name())
                .containsExactly("a", "b");
        assertThat(catalog.list("111111111111", "us-east-1", "b", 2))
                .extracting(function -> function.name().name())
                .containsExactly("c");
        assertThat(catalog.usage("111111111111", "us-east-1"))
                .isEqualTo(new FunctionCatalog.Usage(3, 51, CODE_STORAGE_BYTES));
    }

    @Test
    void afterAClearingItIsAsNew() throws InterruptedException {
        var serving = ready().serving().orElseThrow().id();
        catalog.create(new FunctionName("111111111111", "eu-west-1", "begun"), SETTINGS, CODE);

        var cleared = catalog.clear();

        assertThat(cleared.functions()).isEqualTo(2);
        assertThat(cleared.versionIds()).containsExactly(serving);
        settle();
        assertThat(catalog.list("111111111111", "us-east-1", "", 10)).isEmpty();
        assertThat(catalog.usage("111111111111", "us-east-1"))
                .isEqualTo(new FunctionCatalog.Usage(0, 0, CODE_STORAGE_BYTES));
        assertThat(catalog.codeInUse()).isEmpty();
        assertThatThrownBy(() -> catalog.resolve(LATEST)).isInstanceOf(ServiceException.class);
        ready();
        reopen();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
        assertThat(catalog.list("111111111111", "eu-west-1", "", 10)).isEmpty();
    }

    @Test
    @Timeout(20)
    void clearingsAndChangesAtOnceLeaveMemoryAsTheStoreIs() throws Exception {
        catalog = catalog(task -> Thread.ofVirtual().start(task));
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            var name = new FunctionName("111111111111", "us-east-1", "f" + i);
            var reference = new FunctionReference(name, Optional.empty());
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 30; round++) {
                    refusedOrDone(() -> catalog.create(name, SETTINGS, CODE));
                    refusedOrDone(() -> catalog.update(reference, Optional.empty(), old -> old.with(OTHER_CODE)));
                    refusedOrDone(() -> {
                        catalog.delete(name);
                        return null;
                    });
                    refusedOrDone(() -> catalog.create(name, SETTINGS, CODE));
                }
            }));
        }
        for (int i = 0; i < 10; i++) {
            catalog.clear();
        }
        for (var thread : threads) {
            thread.join();
        }
        var shown = catalog.list("111111111111", "us-east-1", "", 100);
        long bytes = catalog.usage("111111111111", "us-east-1").codeBytes();
        reopen();
        assertThat(catalog.list("111111111111", "us-east-1", "", 100))
                .extracting(FunctionRecord::name)
                .containsExactlyElementsOf(
                        shown.stream().map(FunctionRecord::name).toList());
        assertThat(catalog.usage("111111111111", "us-east-1").codeBytes()).isEqualTo(bytes);
    }

    private static void refusedOrDone(Callable<?> change) {
        try {
            change.call();
        } catch (ServiceException refused) {
            assertThat(refused.status()).isLessThan(500);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void ofWritersAtTheSameTimeOneWinsAndNobodyIsLost() throws Exception {
        ready();
        catalog = catalog(task -> Thread.ofVirtual().start(task));
        var threads = new ArrayList<Thread>();
        var begun = new AtomicInteger();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    catalog.update(LATEST, Optional.empty(), function -> function.with(OTHER_CODE));
                    begun.incrementAndGet();
                } catch (ServiceException e) {
                    assertThat(e.status()).isEqualTo(409);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(begun.get()).isPositive();
        assertThat(catalog.get(LATEST).code()).isEqualTo(OTHER_CODE);
        catalog.delete(HELLO);
        assertThat(retired).doesNotHaveDuplicates();
    }
}
