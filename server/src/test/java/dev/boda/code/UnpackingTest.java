package dev.boda.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.BlobStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a zip looks like when it is unpacked.
final class UnpackingTest {

    private CodeStore store;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        Path blobs = Files.createDirectory(root.resolve("code"));
        store = CodeStore.open(BlobStore.open(blobs), root.resolve("cache"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path unpacked(byte[] zip) throws Exception {
        try (var held = store.put(zip);
                var folder = store.unpacked(held.codePackage().digest())) {
            return folder.path();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void filesKeepTheirModes() throws Exception {
        Path folder = unpacked(new TestZip()
                .file("app.py", 0644, "")
                .file("tool", 0755, "")
                .file("both", 0664, "")
                .file("special", 04755, "")
                .bytes());

        assertThat(permissions(folder.resolve("app.py"))).isEqualTo("rw-r--r--");
        assertThat(permissions(folder.resolve("tool"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(folder.resolve("both"))).isEqualTo("rw-rw-r--");
        assertThat((int) Files.getAttribute(folder.resolve("special"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    @Test
    void everythingCanBeReadByAll() throws Exception {
        Path folder = unpacked(new TestZip()
                .file("python-writestr.py", 0600, "")
                .file("secret-tool", 0700, "")
                .file("nothing", 0, "")
                .entry("private/", 0040700, new byte[0])
                .file("private/inner", 0400, "")
                .bytes());

        assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
        assertThat(permissions(folder.resolve("python-writestr.py"))).isEqualTo("rw-r--r--");
        assertThat(permissions(folder.resolve("secret-tool"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(folder.resolve("nothing"))).isEqualTo("rw-r--r--");
        assertThat(permissions(folder.resolve("private"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(folder.resolve("private/inner"))).isEqualTo("r--r--r--");
    }

    @Test
    void aZipWithoutModesGivesPlainFiles() throws Exception {
        Path folder = unpacked(new TestZip().plain("a/b/app.py", "print(1)").bytes());

        assertThat(permissions(folder.resolve("a/b/app.py"))).isEqualTo("rw-r--r--");
        assertThat(permissions(folder.resolve("a/b"))).isEqualTo("rwxr-xr-x");
        assertThat(folder.resolve("a/b/app.py")).hasContent("print(1)");
    }

    @Test
    void symbolicLinksAreKept() throws Exception {
        Path folder = unpacked(new TestZip()
                .link("node_modules/.bin/tool", "../tool/cli.js")
                .file("node_modules/tool/cli.js", 0755, "x")
                .link("elsewhere", "/opt/lib")
                .link("dangling", "nowhere")
                .bytes());

        assertThat(folder.resolve("node_modules/.bin/tool")).isSymbolicLink().hasContent("x");
        assertThat(Files.readSymbolicLink(folder.resolve("elsewhere"))).isEqualTo(Path.of("/opt/lib"));
        assertThat(Files.readSymbolicLink(folder.resolve("dangling"))).isEqualTo(Path.of("nowhere"));
    }

    @Test
    void ofTwoFilesOfOneNameTheLaterCounts() throws Exception {
        Path folder = unpacked(
                new TestZip().plain("app.py", "old").plain("./app.py", "new").bytes());
        assertThat(folder.resolve("app.py")).hasContent("new");
    }

    @Test
    void emptyFoldersAndFilesAndNamesInAnyScriptAreKept() throws Exception {
        Path folder = unpacked(new TestZip()
                .folder("empty")
                .plain("empty.txt", "")
                .plain("日本/žluť.txt", "é")
                .bytes());

        assertThat(folder.resolve("empty")).isEmptyDirectory();
        assertThat(folder.resolve("empty.txt")).isEmptyFile();
        assertThat(folder.resolve("日本/žluť.txt")).hasContent("é");
    }

    @Test
    void aBackslashIsPartOfAName() throws Exception {
        byte[] zip = new TestZip().plain("lib#app.py", "print(1)").bytes();

        assertThat(unpacked(TestZip.withBackslashes(zip)).resolve("lib\\app.py"))
                .hasContent("print(1)");
    }

    @Test
    void storedEntriesAnd64BitRecordsAreRead() throws Exception {
        byte[] content = "stored".getBytes(StandardCharsets.UTF_8);
        Path folder = unpacked(new TestZip()
                .with64BitRecords()
                .stored("stored", content)
                .plain("deflated", "deflated")
                .bytes());

        assertThat(folder.resolve("stored")).hasContent("stored");
        assertThat(folder.resolve("deflated")).hasContent("deflated");
    }

    @Test
    void bytesBeforeTheZipAreSkipped() throws Exception {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes("#!/usr/bin/env python3\n".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(new TestZip().plain("app.py", "print(1)").bytes());

        assertThat(unpacked(bytes.toByteArray()).resolve("app.py")).hasContent("print(1)");
    }

    @Test
    void aZipWithAnyByteChangedIsUnpackedOrRefused() throws Exception {
        byte[] zip = new TestZip()
                .folder("a")
                .file("a/app.py", 0644, "print(1)")
                .link("way", "a")
                .stored("stored", new byte[] {1, 2, 3})
                .bytes();
        var random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            byte[] changed = zip.clone();
            changed[random.nextInt(zip.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                unpacked(changed);
            } catch (PackageRefusedException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10);
    }
}
