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
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo("rwx------");
            }
            assertThat(directory.database("function").getParent()).isDirectory();
        }
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
                .isInstanceOf(StoreCannotOpenException.class);
    }

    @Test
    void aReadOnlyDiskIsRefused() {
        try (var disk = SmallDisk.mount(folder, 1)) {
            disk.makeReadOnly();
            assertThatThrownBy(() -> DataDirectory.open(folder.resolve("boda")))
                    .isInstanceOf(StoreCannotOpenException.class)
                    .hasMessageContaining("cannot be used");
        }
    }
}
