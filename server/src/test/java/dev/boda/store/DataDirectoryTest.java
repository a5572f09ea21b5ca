package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {

    @TempDir
    private Path folder;

    private static List<String> contents(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void aNewFolderIsForItsOwnersEyesOnly() throws IOException {
        try (var directory = DataDirectory.open(folder.resolve("a/b"))) {
            for (Path path : List.of(directory.root(), directory.code(), directory.cache(), directory.logs())) {
                assertThat(mode(path)).isEqualTo("rwx------");
            }
            assertThat(directory.database("function").getParent()).isDirectory();
        }
    }

    @Test
    void aFolderThatSomebodyElseMadeIsForItsOwnersEyesOnlyToo() throws IOException {
        Path made = withMode(Files.createDirectory(folder.resolve("made")), "rwxr-xr-x");
        DataDirectory.open(made).close();
        assertThat(mode(made)).isEqualTo("rwx------");

        withMode(made, "rwxrwxrwx");
        withMode(made.resolve("database"), "rwxr-xr-x");
        DataDirectory.open(made).close();
        assertThat(mode(made)).isEqualTo("rwx------");
        assertThat(mode(made.resolve("database"))).isEqualTo("rwx------");
    }

    @Test
    void aFolderThatHoldsOtherThingsTooKeepsItsMode() throws IOException {
        Path shared = withMode(Files.createDirectory(folder.resolve("shared")), "rwxr-xr-x");
        Files.createFile(shared.resolve("somebody's"));
        withMode(Files.createDirectory(shared.resolve("cache")), "rwxr-xr-x");
        for (int i = 0; i < 2; i++) {
            DataDirectory.open(shared).close();
            assertThat(mode(shared)).isEqualTo("rwxr-xr-x");
            assertThat(mode(shared.resolve("cache"))).isEqualTo("rwxr-xr-x");
            assertThat(mode(shared.resolve("database"))).isEqualTo("rwx------");
        }
    }

    @Test
    void aFolderThatIsEverybodysByIntentStaysSo() throws IOException {
        Files.setAttribute(folder, "unix:mode", 0_1777);
        DataDirectory.open(folder).close();
        assertThat(mode(folder)).isEqualTo("rwxrwxrwx");
        assertThat(mode(folder.resolve("database"))).isEqualTo("rwx------");
    }

    private static Path withMode(Path path, String mode) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void itCanBeOpenedAgainAfterItWasClosed() {
        for (int i = 0; i < 2; i++) {
            try (var directory = DataDirectory.open(folder)) {
                assertThat(directory.root().resolve("version")).hasContent("1");
            }
        }
    }

    @Test
    void aFolderInUseIsRefusedAndStaysInUse() {
        try (var directory = DataDirectory.open(folder)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> DataDirectory.open(directory.root()))
                        .isInstanceOf(StoreCannotOpenException.class)
                        .hasMessageContaining("in use by another Boda server (process "
                                + ProcessHandle.current().pid() + ")");
            }
        }
    }

    @Test
    void aFolderOfANewerBodaIsRefusedUntouched() throws IOException {
        Files.writeString(folder.resolve("version"), "2\n");
        List<String> before = contents(folder);

        assertThatThrownBy(() -> DataDirectory.open(folder))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageContaining("written by a newer Boda");
        assertThat(contents(folder)).isEqualTo(before);
    }

    @Test
    void aDamagedVersionIsRefusedUntouched() throws IOException {
        Files.writeString(folder.resolve("version"), "");
        List<String> before = contents(folder);

        assertThatThrownBy(() -> DataDirectory.open(folder))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageContaining("damaged");
        assertThat(contents(folder)).isEqualTo(before);
    }

    @Test
    void aFileIsNoDataDirectory() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageContaining("is a file");
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("below")))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessage(file + " is a file. Give a folder as the data directory (--data-dir, BODA_DATA_DIR).");
    }

    @Test
    void aFileInAFoldersPlaceIsRefusedUntouched() throws IOException {
        DataDirectory.open(folder).close();
        Files.delete(folder.resolve("code"));
        Files.writeString(folder.resolve("code"), "in the way");
        String lock = Files.readString(folder.resolve("lock"));

        assertThatThrownBy(() -> DataDirectory.open(folder))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageStartingWith(folder.resolve("code") + " is a file and should be a folder. Bring");
        assertThat(folder.resolve("code")).hasContent("in the way");
        assertThat(folder.resolve("lock")).hasContent(lock);
    }

    @Test
    void aReadOnlyDiskIsRefused() {
        try (var disk = SmallDisk.mount(folder, 8)) {
            DataDirectory.open(folder.resolve("old")).close();
            disk.makeReadOnly();
            for (String name : List.of("old", "new")) {
                assertThatThrownBy(() -> DataDirectory.open(folder.resolve(name)))
                        .isInstanceOf(StoreCannotOpenException.class)
                        .hasMessageContaining(name + " cannot be used: its file system is read-only. Make it writable")
                        .hasMessageContaining("--data-dir");
            }
        }
    }

    @Test
    void aPlaceThatTakesNoFilesIsNotCalledFull() {
        for (String place : List.of("/proc/boda", "/proc/sys")) {
            assertThatThrownBy(() -> DataDirectory.open(Path.of(place)))
                    .isInstanceOf(StoreCannotOpenException.class)
                    .hasMessageStartingWith("The data directory " + place + " cannot be used: ")
                    .hasMessageNotContaining("space")
                    .hasMessageContaining("ive another data directory (--data-dir");
        }
    }

    @Test
    void aFullDiskIsRefusedUntouched() throws IOException {
        try (var disk = SmallDisk.mount(folder, 8)) {
            DataDirectory.open(folder.resolve("old")).close();
            disk.fill();
            List<String> before = contents(folder);
            for (String name : List.of("old", "new")) {
                assertThatThrownBy(() -> DataDirectory.open(folder.resolve(name)))
                        .isInstanceOf(StoreCannotOpenException.class)
                        .hasMessageContaining(
                                name + " cannot be used: no space is left on the device. Make room there, or give");
            }
            assertThat(contents(folder)).isEqualTo(before);
            disk.free();
            DataDirectory.open(folder.resolve("old")).close();
        }
    }
}
