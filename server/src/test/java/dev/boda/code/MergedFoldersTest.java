package dev.boda.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several packages in one folder.
final class MergedFoldersTest {

    private CodeStore store;
    private Path cache;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        cache = root.resolve("cache");
        store = CodeStore.open(BlobStore.open(Files.createDirectory(root.resolve("code"))), cache);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<String> put(TestZip... zips) {
        var digests = new ArrayList<String>();
        for (var zip : zips) {
            try (var held = store.put(zip.bytes())) {
                digests.add(held.codePackage().digest());
            }
        }
        return digests;
    }

    @Test
    void theLaterPackageCountsWhateverTheEarlierHas() throws Exception {
        var digests = put(
                new TestZip()
                        .file("both/a", 0644, "1")
                        .file("both/b", 0644, "1")
                        .file("folder/x", 0644, "1")
                        .file("file", 0644, "1")
                        .link("link", "both/a"),
                new TestZip()
                        .file("both/b", 0755, "2")
                        .file("both/c", 0644, "2")
                        .file("folder", 0644, "2")
                        .file("file/y", 0644, "2")
                        .file("link", 0644, "2"));
        try (var folder = store.unpacked(digests)) {
            var merged = folder.path();
            assertThat(merged.resolve("both/a")).hasContent("1");
            assertThat(merged.resolve("both/b")).hasContent("2").isExecutable();
            assertThat(merged.resolve("both/c")).hasContent("2");
            assertThat(merged.resolve("folder")).hasContent("2");
            assertThat(merged.resolve("file/y")).hasContent("2");
            assertThat(merged.resolve("link")).hasContent("2");
            assertThat(Files.isSymbolicLink(merged.resolve("link"))).isFalse();
        }
        try (var folder = store.unpacked(digests.reversed())) {
            assertThat(folder.path().resolve("both/b")).hasContent("1");
            assertThat(Files.isDirectory(folder.path().resolve("folder"), LinkOption.NOFOLLOW_LINKS))
                    .isTrue();
            assertThat(folder.path().resolve("link")).isSymbolicLink();
        }
        try (var first = store.unpacked(digests.getFirst())) {
            assertThat(first.path().resolve("both/b")).hasContent("1");
        }
    }

    @Test
    void aFolderOfSeveralIsMadeOnceAndStaysAsLongAsItIsNamed() throws Exception {
        var digests = put(new TestZip().file("a", 0644, "1"), new TestZip().file("b", 0644, "2"));
        Path merged;
        try (var folder = store.unpacked(digests);
                var again = store.unpacked(digests)) {
            merged = folder.path();
            assertThat(again.path()).isEqualTo(merged);
        }
        var named = Set.of(digests.get(0), digests.get(1), CodeFolders.digestOf(digests));
        store.retain(() -> named);
        store.retain(() -> named);
        assertThat(merged.resolve("b")).hasContent("2");

        store.retain(Set::of);
        store.retain(Set::of);
        assertThat(merged).doesNotExist();
    }

    @Test
    void aPackageSaysWhatIsInIt() {
        var digest = put(new TestZip().file("a", 0644, "12345").file("b/c", 0644, "678"))
                .getFirst();
        assertThat(store.content(digest)).isEqualTo(new PackageContent(8, Set.of("a", "b")));
    }
}
