package dev.boda.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CodeStoreTest {

    private Path root;
    private CodeStore store;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        root = folder;
        Files.createDirectories(root.resolve("code"));
        store = CodeStore.open(BlobStore.open(root.resolve("code")), root.resolve("cache"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aPackageIsUnpackedAndCanBeDownloaded() throws Exception {
        byte[] zip = new TestZip().file("app.py", 0644, "print(1)").bytes();
        try (var held = store.put(zip)) {
            String digest = held.codePackage().digest();
            try (var folder = store.unpacked(digest);
                    var download = store.open(digest)) {
                assertThat(folder.path().resolve("app.py")).hasContent("print(1)");
                assertThat(download.readAllBytes()).isEqualTo(zip);
            }
            assertThat(held.codePackage().sizeBytes()).isEqualTo(zip.length);
        }
    }
}
