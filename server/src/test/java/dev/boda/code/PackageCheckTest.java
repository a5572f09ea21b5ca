package dev.boda.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.store.BlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is not accepted as a code package, and that nothing of it stays anywhere.
final class PackageCheckTest {

    private static final byte[] GOOD = new TestZip().plain("app.py", "print(1)").bytes();

    @TempDir
    private Path outer;

    private Path root;
    private CodeStore store;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(outer.resolve("boda"));
        Files.createDirectory(root.resolve("code"));
        store = CodeStore.open(BlobStore.open(root.resolve("code")), root.resolve("cache"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(outer)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(root.resolve("cache/boot"));
        }
        assertThat(root.resolve("cache/unpacking")).isEmptyDirectory();
    }

    private void assertInvalid(byte[] zip) {
        assertThatThrownBy(() -> store.put(zip)).isInstanceOf(InvalidPackageException.class);
    }

    @Test
    void bytesThatAreNoZipAreInvalid() {
        assertInvalid("definitely not a zip".getBytes(StandardCharsets.UTF_8));
        assertInvalid(new byte[1]);
        assertInvalid(new byte[100_000]);
    }

    @Test
    void everyTruncatedZipIsInvalid() {
        for (int length = 1; length < GOOD.length; length++) {
            assertInvalid(Arrays.copyOf(GOOD, length));
        }
    }

    @Test
    void aZipWithoutItsBeginningIsInvalid() {
        for (int from = 1; from < GOOD.length; from++) {
            assertInvalid(Arrays.copyOfRange(GOOD, from, GOOD.length));
        }
    }

    @Test
    void nothingIsEmpty() {
        assertThatThrownBy(() -> store.put(new byte[0])).isInstanceOf(EmptyPackageException.class);
        assertThatThrownBy(() -> store.put(new TestZip().bytes())).isInstanceOf(EmptyPackageException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "a/..",
                "..",
                "/evil",
                "//evil",
                "C:\\evil",
                "c:/evil",
                "..\\evil",
                "\\evil",
                "a\0b",
                "./",
                "/"
            })
    void aNameThatLeadsElsewhereIsInvalid(String name) {
        if (name.equals("./")) {
            assertThatThrownBy(() -> store.put(new TestZip().plain(name, "").bytes()))
                    .isInstanceOf(EmptyPackageException.class);
        } else {
            assertInvalid(new TestZip().plain(name, "x").bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"..#evil", "C:#evil", "#evil"})
    void aNameThatWouldLeadElsewhereOnWindowsIsInvalid(String name) {
        assertInvalid(TestZip.withBackslashes(new TestZip().plain(name, "x").bytes()));
    }

    @Test
    void aNameTooLongForAFileIsInvalid() {
        assertInvalid(new TestZip().plain("é".repeat(128), "x").bytes());
        assertInvalid(new TestZip().plain("a/".repeat(2_000) + "b", "x").bytes());
    }

    static List<byte[]> entriesThatContradictEachOther() {
        return List.of(
                new TestZip().link("way", "..").plain("way/evil", "x").bytes(),
                new TestZip()
                        .link("way", "/tmp")
                        .folder("way")
                        .plain("way/evil", "x")
                        .bytes(),
                new TestZip().plain("way/evil", "x").link("way", "/tmp").bytes(),
                new TestZip().link("app.py", "../../evil").plain("app.py", "x").bytes(),
                new TestZip().plain("app.py", "x").link("app.py", "../../evil").bytes(),
                new TestZip().link("way", "a").link("way", "b").bytes(),
                new TestZip().plain("way", "x").plain("way/evil", "x").bytes(),
                new TestZip().folder("way").plain("way", "x").bytes());
    }

    @ParameterizedTest
    @MethodSource
    void entriesThatContradictEachOther(byte[] zip) {
        assertInvalid(zip);
    }

    @ParameterizedTest
    @ValueSource(ints = {0010644, 0020644, 0060644, 0140644})
    void devicesAndPipesAreInvalid(int mode) {
        assertInvalid(new TestZip().entry("device", mode, new byte[0]).bytes());
    }

    @Test
    void linksThatAreNoneAreInvalid() {
        assertInvalid(new TestZip().link("way", "").bytes());
        assertInvalid(new TestZip().link("way", "a\0b").bytes());
        assertInvalid(new TestZip().link("way", "a/".repeat(2_048)).bytes());
        assertInvalid(new TestZip().entry("way/", 0120777, new byte[] {'a'}).bytes());
    }

    @Test
    void anEncryptedEntryIsInvalid() {
        assertInvalid(TestZip.patched(GOOD, 8, 1, false));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9, 12, 14, 93, 95, 99})
    void anUnknownCompressionIsInvalid(int method) {
        assertInvalid(TestZip.patched(GOOD, 10, method, false));
    }

    @Test
    void anEntryThatLiesIsInvalid() {
        assertInvalid(TestZip.patched(GOOD, 16, 0x12345678, true));
        assertInvalid(TestZip.patched(GOOD, 20, 1, true));
        assertInvalid(TestZip.patched(GOOD, 24, 7, true));
        assertInvalid(TestZip.patched(GOOD, 24, 9, true));
        assertInvalid(TestZip.patched(GOOD, 42, 5, true));
        assertInvalid(TestZip.patched(GOOD, 42, 1_000_000, true));
        assertInvalid(TestZip.patched(GOOD, 28, 0xfff0, false));
    }

    @Test
    void aBombThatSaysItIsSmallIsCaughtWhileItIsUnpacked() {
        byte[] bomb = new TestZip().entry("zeros", 0, new byte[20 << 20]).bytes();
        assertThat(bomb).hasSizeLessThan(100_000);
        assertInvalid(TestZip.patched(bomb, 24, 1_000, true));
    }

    @Test
    void aPackageThatSaysItIsTooLargeIsNotUnpacked() {
        assertThatThrownBy(() -> store.put(TestZip.patched(GOOD, 24, 262_144_000, true)))
                .isInstanceOf(PackageTooLargeException.class);
        assertThatThrownBy(() -> store.put(TestZip.patched(GOOD, 24, -2, true)))
                .isInstanceOf(PackageTooLargeException.class);
        // One byte less would do, if it were true.
        assertInvalid(TestZip.patched(GOOD, 24, 262_143_999, true));
    }

    @Test
    void manyEntriesThatAreTooLargeTogetherAreNotUnpacked() {
        var zip = new TestZip();
        for (int i = 0; i < 250; i++) {
            zip.plain("zeros" + i, "0");
        }
        byte[] bytes = zip.bytes();
        assertThatThrownBy(() -> store.put(TestZip.patched(bytes, 24, 1 << 20, true)))
                .isInstanceOf(PackageTooLargeException.class);
    }

    @Test
    void tooManyEntriesAreInvalid() {
        assertThatThrownBy(() -> store.put(TestZip.listOnly(PackageTree.MOST_ENTRIES + 1)))
                .isInstanceOf(InvalidPackageException.class)
                .hasMessageContaining("more than 100000 entries");
    }

    @Test
    void tooManyFoldersAreInvalid() {
        var folders = new TestZip();
        for (int i = 0; i < 80; i++) {
            folders.stored(i + "/" + "a/".repeat(1_300) + "b", new byte[0]);
        }
        assertInvalid(folders.bytes());
    }
}
