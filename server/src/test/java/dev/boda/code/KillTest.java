package dev.boda.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.store.BlobStore;
import dev.boda.store.DataDirectory;
import dev.boda.store.Database;
import dev.boda.store.Digest;
import dev.boda.store.RecordTable;
import dev.boda.store.StoreCannotOpenException;
import dev.boda.store.StoredRecord;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class KillTest {

    @Test
    void whatWasAcknowledgedSurvivesKills(@TempDir Path folder) throws Exception {
        var random = new Random(7);
        Set<String> acknowledged = new HashSet<>();
        for (int kill = 0; kill < 3; kill++) {
            runAndKill(folder, "run" + kill, 10 + random.nextInt(60), acknowledged);
            assertWhole(folder, acknowledged, KilledServer.WRITERS * (kill + 1));
        }
    }

    private static void runAndKill(Path folder, String word, int afterNames, Set<String> acknowledged)
            throws Exception {
        Process server = KilledServer.start(folder, word);
        try (var lines = server.inputReader()) {
            for (int i = 0; i < afterNames; i++) {
                acknowledged.add(lines.readLine());
            }
            assertThatThrownBy(() -> DataDirectory.open(folder))
                    .isInstanceOf(StoreCannotOpenException.class)
                    .hasMessageContaining("(process " + server.pid() + ")");
            // By its handle: Process.destroyForcibly would close the stream before it is read to its end.
            server.toHandle().destroyForcibly();
            lines.lines().forEach(acknowledged::add);
        } finally {
            server.destroyForcibly();
        }
        assertThat(acknowledged).doesNotContainNull();
    }

    /// @param unanswered most records that may be there without having been acknowledged
    private static void assertWhole(Path folder, Set<String> acknowledged, int unanswered) throws Exception {
        try (var directory = DataDirectory.open(folder);
                var database = Database.open(directory.database("function"), RecordTable.SCHEMA);
                var code = CodeStore.open(
                        BlobStore.open(directory.code()), directory.cache().resolve("code"))) {
            var records = new RecordTable(database);
            for (StoredRecord record : records.scan("function")) {
                try (var unpacked = code.unpacked(record.document());
                        var zip = code.open(record.document())) {
                    assertThat(unpacked.path().resolve("app.py"))
                            .hasContent(record.key().name());
                    assertThat(Digest.of(zip.readAllBytes()).hex()).isEqualTo(record.document());
                }
            }
            assertThat(records.scan("function"))
                    .extracting(record -> record.key().name())
                    .containsAll(acknowledged)
                    .hasSizeLessThanOrEqualTo(acknowledged.size() + unanswered);
        }
    }
}
