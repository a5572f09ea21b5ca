package dev.boda.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.store.BlobStore;
import dev.boda.store.Digest;
import dev.boda.store.SmallDisk;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class CodeStoreTest {

    private Path root;
    private CodeStore store;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        root = folder;
        store = opened(root);
    }

    private static CodeStore opened(Path root) throws IOException {
        Files.createDirectories(root.resolve("code"));
        return CodeStore.open(BlobStore.open(root.resolve("code")), root.resolve("cache"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() throws IOException {
        store.close();
        store = opened(root);
    }

    private static byte[] zip(String content) {
        return new TestZip().file("app.py", 0644, content).bytes();
    }

    private CodePackage put(String content) {
        try (var held = store.put(zip(content))) {
            return held.codePackage();
        }
    }

    private boolean exists(CodePackage code) {
        try (var content = store.open(code.digest())) {
            return content.read() >= 0;
        } catch (NoSuchFileException e) {
            return root.resolve("cache").resolve(code.digest()).toFile().exists();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void retain(CodePackage... named) {
        store.retain(() -> digests(named));
    }

    private static Set<String> digests(CodePackage... named) {
        return Set.of(List.of(named).stream().map(CodePackage::digest).toArray(String[]::new));
    }

    @Test
    void aPackageIsUnpackedAndCanBeDownloadedAlsoAfterReopening() throws Exception {
        byte[] zip = zip("print(1)");
        CodePackage code = put("print(1)");
        assertThat(code.sizeBytes()).isEqualTo(zip.length);
        for (int i = 0; i < 2; i++) {
            try (var folder = store.unpacked(code.digest());
                    var download = store.open(code.digest())) {
                assertThat(folder.path().resolve("app.py")).hasContent("print(1)");
                assertThat(download.readAllBytes()).isEqualTo(zip);
            }
            reopen();
        }
    }

    @Test
    void thereIsNoPackageThatWasNeverPut() {
        assertThatThrownBy(() -> store.unpacked("0".repeat(64))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.open("0".repeat(64))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> store.unpacked("../code")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPackageIsUnpackedAgainWhenTheCacheIsGone() throws Exception {
        CodePackage code = put("print(1)");
        store.close();
        Files.move(root.resolve("cache"), root.resolve("lost"));
        store = opened(root);

        try (var folder = store.unpacked(code.digest())) {
            assertThat(folder.path().resolve("app.py")).hasContent("print(1)");
        }
    }

    @Test
    void manyCallersShareOneUnpacking() throws Exception {
        CodePackage code = put("print(1)");
        store.close();
        Files.move(root.resolve("cache"), root.resolve("lost"));
        store = opened(root);

        List<CodeFolder> folders = together(64, () -> store.unpacked(code.digest()));
        assertThat(folders)
                .extracting(CodeFolder::path)
                .containsOnly(folders.getFirst().path());
        folders.forEach(CodeFolder::close);
    }

    @Test
    void manyPutOnePackageAtOnce() throws Exception {
        List<HeldPackage> held = together(64, () -> store.put(zip("same")));
        held.forEach(HeldPackage::close);
        CodePackage code = held.getFirst().codePackage();
        assertThat(held).extracting(HeldPackage::codePackage).containsOnly(code);
        assertThat(exists(code)).isTrue();
    }

    private static <T> List<T> together(int count, Callable<T> task) throws Exception {
        var results = new ArrayList<Future<T>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                results.add(callers.submit(task));
            }
        }
        var values = new ArrayList<T>();
        for (Future<T> result : results) {
            values.add(result.get());
        }
        return values;
    }

    @Test
    void whatNoRecordNamesIsRemoved() {
        CodePackage named = put("named");
        CodePackage unnamed = put("unnamed");
        retain(named);

        assertThat(exists(named)).isTrue();
        assertThat(exists(unnamed)).isFalse();
    }

    @Test
    void whatARecordNamedUntilNowIsSparedOnce() {
        CodePackage code = put("code");
        retain(code);
        retain();
        assertThat(exists(code)).as("an invocation may be on its way with it").isTrue();
        retain();
        assertThat(exists(code)).isFalse();
    }

    @Test
    void aPackageWhoseRecordIsNotMadeYetIsKept() {
        try (var held = store.put(zip("new"))) {
            retain();
            assertThat(exists(held.codePackage())).isTrue();
        }
        CodePackage code = put("new");
        retain();
        assertThat(exists(code)).isFalse();
    }

    @Test
    void aPackagePutWhileTheRecordsAreAskedIsKept() {
        CodePackage before = put("code");
        store.retain(() -> {
            Set<String> named = digests();
            put("code");
            return named;
        });
        assertThat(exists(before)).isTrue();
    }

    @Test
    void aFolderInUseIsKeptUntilItIsClosedByAll() throws Exception {
        CodePackage code = put("code");
        var first = store.unpacked(code.digest());
        var second = store.unpacked(code.digest());
        first.close();
        first.close();
        retain();
        assertThat(second.path().resolve("app.py")).hasContent("code");
        second.close();
        retain();
        assertThat(exists(code)).isFalse();
    }

    @Test
    void puttingUsingAndRemovingAtOnceNeverLosesWhatIsHeld() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var users = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 200; i++) {
                byte[] zip = zip("content " + i % 3);
                users.add(callers.submit(() -> {
                    try (var held = store.put(zip);
                            var folder = store.unpacked(held.codePackage().digest())) {
                        return Files.exists(folder.path().resolve("app.py"))
                                && store.open(held.codePackage().digest()).readAllBytes().length == zip.length;
                    }
                }));
                if (i % 5 == 0) {
                    callers.execute(this::retain);
                }
            }
            for (Future<Boolean> user : users) {
                assertThat(user.get()).isTrue();
            }
        }
    }

    @Test
    void whatWasHalfUnpackedIsRemovedAtTheNextStart() throws IOException {
        Path half = Files.createDirectories(root.resolve("cache/unpacking/half/a"));
        Files.writeString(half.resolve("app.py"), "pri");
        reopen();
        store.close();

        assertThat(root.resolve("cache/unpacking")).isEmptyDirectory();
        assertThat(root.resolve("cache/removed")).isEmptyDirectory();
    }

    @Test
    void theCacheIsKeptUntilTheMachineIsStartedAnew() throws Exception {
        CodePackage code = put("code");
        Path folder = root.resolve("cache").resolve(code.digest());
        reopen();
        assertThat(folder).exists();

        Files.writeString(root.resolve("cache/boot"), "another");
        reopen();
        assertThat(folder).doesNotExist();
        try (var again = store.unpacked(code.digest())) {
            assertThat(again.path().resolve("app.py")).hasContent("code");
        }
    }

    @Test
    void whatIsDiscardedIsGoneAtOnce() {
        var held = store.put(zip("refused"));
        held.discard();
        held.close();
        assertThat(exists(held.codePackage())).isFalse();
    }

    @Test
    void aDiscardedPackageStaysIfItWasThereBefore() {
        CodePackage code = put("code");
        store.put(zip("code")).discard();
        assertThat(exists(code)).isTrue();
    }

    @Test
    void aDiscardedPackageStaysIfSomebodyElseMeansToNameIt() {
        var first = store.put(zip("code"));
        var second = store.put(zip("code"));
        second.close();
        first.discard();
        assertThat(exists(second.codePackage())).isTrue();

        var third = store.put(zip("other"));
        var fourth = store.put(zip("other"));
        third.discard();
        assertThat(exists(fourth.codePackage())).isTrue();
        fourth.discard();
        assertThat(exists(fourth.codePackage())).isFalse();
    }

    @Test
    void aFullDiskRefusesAndLeavesNothing(@TempDir Path small) throws IOException {
        try (var disk = SmallDisk.mount(small, 1);
                var onDisk = opened(small)) {
            byte[] large = new TestZip().entry("large", 0, new byte[4 << 20]).bytes();
            assertThatThrownBy(() -> onDisk.put(large)).isInstanceOf(StoreUnavailableException.class);
            assertThat(small.resolve("cache/unpacking")).isEmptyDirectory();
            try (var held = onDisk.put(zip("small"))) {
                assertThat(held.codePackage().sizeBytes()).isPositive();
            }
            byte[] unpacksSmaller = new byte[700_000];
            new Random(1).nextBytes(unpacksSmaller);
            byte[] fitsOnce = new TestZip().entry("large", 0, unpacksSmaller).bytes();
            assertThatThrownBy(() -> onDisk.put(fitsOnce)).isInstanceOf(StoreUnavailableException.class);
            assertThat(small.resolve("cache").resolve(Digest.of(fitsOnce).hex()))
                    .as("unpacked before it could not be kept")
                    .doesNotExist();
            disk.makeReadOnly();
            assertThatThrownBy(() -> onDisk.put(zip("other"))).isInstanceOf(StoreUnavailableException.class);
        }
    }
}
