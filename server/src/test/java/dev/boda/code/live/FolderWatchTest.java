package dev.boda.code.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// With as many of the system's watches as are needed, with too few, and with none.
@ParameterizedClass(name = "{0} watches")
@ValueSource(ints = {TreeWatches.MOST, 3, 0})
final class FolderWatchTest {

    private static final int PATIENCE_SECONDS = 10;

    /// What was there before is old: it is no change that it is there.
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @Parameter
    private int most;

    private final LinkedBlockingQueue<Path> changes = new LinkedBlockingQueue<>();
    private Path root;
    private Path source;
    private FolderWatch watch;

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        root = temporary.toRealPath().resolve("project");
        source = root.resolve("src");
        Files.createDirectories(source.resolve("package"));
        Files.writeString(source.resolve("app.py"), "old");
        Files.writeString(source.resolve("package/module.py"), "old");
        age(root);
        watch = FolderWatch.start(InstantSource.system(), changes::add, most);
    }

    @AfterEach
    void close() {
        watch.close();
    }

    private static void age(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (var path : all.toList()) {
                Files.setLastModifiedTime(path, LONG_AGO);
            }
        }
    }

    private FolderWatch.Held held() throws Exception {
        return watch.held().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// Held, and watched or looked at.
    private void hold() throws Exception {
        watch.hold(source);
        assertThat(held().folders()).isOne();
    }

    private void assertChanged() throws InterruptedException {
        assertThat(changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(source);
    }

    /// What is changed after it is heard of: nothing was before.
    private void assertNotChangedBefore(Path file) throws Exception {
        var stray = changes.poll(Duration.ofMillis(700).toMillis(), TimeUnit.MILLISECONDS);
        assertThat(stray).isNull();
        Files.writeString(file, "changed at last");
        assertChanged();
    }

    @Test
    void aSaveIsSeen() throws Exception {
        hold();
        Files.writeString(source.resolve("app.py"), "new");
        assertChanged();
        Files.writeString(source.resolve("package/module.py"), "newer");
        assertChanged();
    }

    @Test
    void aBurstOfSavesIsOneChange() throws Exception {
        // Of two looks one may fall into the burst.
        assumeThat(most).isEqualTo(TreeWatches.MOST);
        hold();
        for (int i = 0; i < 20; i++) {
            Files.writeString(source.resolve("module" + i + ".py"), "new");
        }
        assertChanged();
        assertNotChangedBefore(source.resolve("app.py"));
    }

    @Test
    void anEditorsRenameOverAFileIsSeen() throws Exception {
        var saved = Files.writeString(root.resolve("saved"), "new");
        Files.setLastModifiedTime(saved, LONG_AGO);
        hold();
        Files.move(saved, source.resolve("app.py"), StandardCopyOption.ATOMIC_MOVE);
        assertChanged();
    }

    @Test
    void aFileInANewFolderInANewFolderIsSeen() throws Exception {
        hold();
        Files.createDirectories(source.resolve("a/b/c"));
        assertChanged();
        Files.writeString(source.resolve("a/b/c/module.py"), "new");
        assertChanged();
    }

    @Test
    void aFolderThatWasRenamedIsWatchedByItsNewName() throws Exception {
        hold();
        Files.move(source.resolve("package"), source.resolve("renamed"));
        assertChanged();
        Files.createDirectories(source.resolve("renamed/inner"));
        assertChanged();
        Files.writeString(source.resolve("renamed/inner/module.py"), "new");
        assertChanged();
    }

    @Test
    void aDeletedFileIsSeen() throws Exception {
        hold();
        Files.delete(source.resolve("package/module.py"));
        assertChanged();
    }

    @Test
    void thatTheFolderIsGoneIsSeenAndThatItIsBackByTheNextWhoHoldsIt() throws Exception {
        hold();
        Files.move(root, root.resolveSibling("moved"));
        assertChanged();
        Files.createDirectories(source);
        age(root);
        watch.hold(source);
        watch.release(source);
        assertThat(held().folders()).isOne();
        drain();
        Files.writeString(source.resolve("app.py"), "new");
        assertChanged();
    }

    @Test
    void aLinkThatLeadsElsewhereIsSeen() throws Exception {
        var other = Files.createDirectories(root.resolve("other"));
        Files.writeString(other.resolve("app.py"), "other");
        var link = Files.createSymbolicLink(root.resolve("current"), source);
        age(other);
        watch.hold(link);
        held();
        Files.createSymbolicLink(root.resolve("next"), other);
        Files.move(root.resolve("next"), link, StandardCopyOption.ATOMIC_MOVE);
        assertThat(changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(link);
    }

    @Test
    void noiseIsNoChange() throws Exception {
        hold();
        Files.createDirectories(source.resolve("__pycache__"));
        Files.writeString(source.resolve("__pycache__/app.cpython-312.pyc"), "cache");
        Files.createDirectories(source.resolve(".git/objects"));
        Files.writeString(source.resolve(".git/objects/x"), "object");
        Files.writeString(source.resolve(".app.py.swp"), "what an editor keeps");
        Files.writeString(source.resolve("app.py~"), "what it was before");
        Files.readAllBytes(source.resolve("app.py"));
        assertNotChangedBefore(source.resolve("app.py"));
    }

    @Test
    void whatIsChangedWhileItBeginsToBeWatchedIsSeen() throws Exception {
        Files.writeString(source.resolve("package/module.py"), "new, and perhaps read before that");
        hold();
        assertChanged();
    }

    @Test
    void nothingIsWatchedThatNobodyHolds() throws Exception {
        hold();
        watch.hold(source);
        watch.release(source);
        assertThat(held().folders()).isOne();
        watch.release(source);
        assertThat(held()).isEqualTo(new FolderWatch.Held(0, 0));
        Files.writeString(source.resolve("app.py"), "new");
        watch.hold(root.resolve("src/package"));
        Files.writeString(source.resolve("package/module.py"), "new");
        assertThat(changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(source.resolve("package"));
    }

    @Test
    void foldersInEachOtherAreWatchedEach() throws Exception {
        hold();
        watch.hold(source.resolve("package"));
        held();
        Files.writeString(source.resolve("package/module.py"), "new");
        var heard = List.of(
                String.valueOf(changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)),
                String.valueOf(changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        assertThat(heard)
                .containsExactlyInAnyOrder(
                        source.toString(), source.resolve("package").toString());
        watch.release(source);
        held();
        Files.writeString(source.resolve("package/module.py"), "newer");
        assertThat(changes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(source.resolve("package"));
    }

    @Test
    void aFolderOfAnotherMachineIsLookedAt() {
        assertThat(List.of("nfs4", "9p", "virtiofs", "fuse.sshfs")).allMatch(SharedFileSystems::isShared);
        assertThat(List.of("ext4", "overlay", "btrfs", "tmpfs", "fuseblk")).noneMatch(SharedFileSystems::isShared);
    }

    /// Until a burst is over.
    private void drain() throws InterruptedException {
        while (changes.poll(Duration.ofMillis(700).toMillis(), TimeUnit.MILLISECONDS) != null) {
            assertThat(changes.size()).isLessThan(PATIENCE_SECONDS);
        }
    }
}
