package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseFileTest {

    private static final String FIRST =
            "CREATE TABLE person (name TEXT NOT NULL); CREATE INDEX by_name ON person (name)";
    private static final String SECOND = "ALTER TABLE person ADD COLUMN age BIGINT NOT NULL DEFAULT 7";

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("people.sqlite");
    }

    private void makeFirstVersion() {
        try (var database = Database.open(file(), List.of(FIRST))) {
            database.write(sql -> sql.update("INSERT INTO person VALUES (?)", "Ada"));
        }
    }

    private static List<String> people(Database database) {
        return database.read(sql -> sql.query("SELECT * FROM person", row -> {
            int columns = row.getMetaData().getColumnCount();
            return row.getString(1) + (columns == 1 ? "" : row.getLong(2));
        }));
    }

    @Test
    void anOlderFileIsUpgraded() {
        makeFirstVersion();
        for (int i = 0; i < 2; i++) {
            try (var database = Database.open(file(), List.of(FIRST, SECOND))) {
                assertThat(people(database)).containsExactly("Ada7");
            }
        }
    }

    @Test
    void anUpgradeThatFailsLeavesTheOldVersion() {
        makeFirstVersion();

        assertThatThrownBy(() -> Database.open(file(), List.of(FIRST, SECOND + "; CREATE NONSENSE")))
                .isInstanceOf(StoreCannotOpenException.class);
        try (var database = Database.open(file(), List.of(FIRST))) {
            assertThat(people(database)).containsExactly("Ada");
        }
    }

    @Test
    void aFileOfANewerVersionIsRefusedUntouched() throws IOException {
        try (var database = Database.open(file(), List.of(FIRST, SECOND))) {
            database.write(sql -> sql.update("INSERT INTO person VALUES ('Ada', 1)"));
        }
        byte[] before = Files.readAllBytes(file());

        assertThatThrownBy(() -> Database.open(file(), List.of(FIRST)))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageContaining("newer Boda")
                .hasMessageContaining(file().toString());
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedUntouched() throws IOException {
        Files.writeString(file(), "dear diary");

        assertThatThrownBy(() -> Database.open(file(), List.of(FIRST)))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageContaining("damaged or not a database");
        assertThat(file()).hasContent("dear diary");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file()));
    }

    @Test
    void aDamagedFileIsRefused() throws IOException {
        makeFirstVersion();
        byte[] bytes = Files.readAllBytes(file());
        for (int i = 4_096; i < bytes.length; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(file(), bytes);

        assertThatThrownBy(() -> Database.open(file(), List.of(FIRST)))
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageContaining("damaged or not a database");
        assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
    }

    @Test
    void aFileThatWasCutIsRefused() throws IOException {
        makeFirstVersion();
        byte[] bytes = Files.readAllBytes(file());
        Files.write(file(), java.util.Arrays.copyOf(bytes, 5_000));

        assertThatThrownBy(() -> Database.open(file(), List.of(FIRST))).isInstanceOf(StoreCannotOpenException.class);
    }

    @Test
    void anEmptyFileIsANewDatabase() throws IOException {
        Files.createFile(file());
        makeFirstVersion();
        assertThat(file()).isNotEmptyFile();
    }

    @Test
    void aFolderInTheFilesPlaceIsRefused() throws IOException {
        Files.createDirectory(file());

        assertThatThrownBy(() -> Database.open(file(), List.of(FIRST))).isInstanceOf(StoreCannotOpenException.class);
    }

    @Test
    void aReadOnlyDiskIsRefused(@TempDir Path mounted) throws Exception {
        try (var disk = SmallDisk.mount(mounted, 1)) {
            disk.makeReadOnly();
            assertThatThrownBy(() -> Database.open(mounted.resolve("people.sqlite"), List.of(FIRST)))
                    .isInstanceOf(StoreCannotOpenException.class)
                    .hasMessageContaining("Check the disk");
        }
    }
}
