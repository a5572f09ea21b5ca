package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCachesTest {

    @TempDir
    Path folder;

    private StartCaches caches;
    private Path jar;

    @BeforeEach
    void open() throws IOException {
        caches = StartCaches.open(folder.resolve("starts"));
        jar = Files.writeString(
                Files.createDirectories(folder.resolve("client")).resolve("client.jar"), "jar");
    }

    private Runtime java(String version) {
        return new Runtime(
                "java25",
                "java",
                version,
                true,
                new RootFileSystem.Host(List.of()),
                List.of(new Mount(folder.resolve("client"), "/var/runtime", true)),
                List.of("java"),
                Map.of());
    }

    private boolean keep(String versionId, String... pieces) throws Exception {
        try (var file = caches.write()) {
            for (var piece : pieces) {
                file.add(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
            }
            return file.finish() && caches.keep(versionId, java("25.0.1"), file);
        }
    }

    private String read(String versionId) throws IOException {
        try (var held = caches.find(versionId, java("25.0.1")).orElseThrow()) {
            return Files.readString(held.folder().resolve(StartCaches.FILE));
        }
    }

    @Test
    void keepsWhatWasPrintedWithoutItsEnd() throws Exception {
        assertThat(keep("v1", "some", " bytes", StartCaching.WHOLE)).isTrue();

        assertThat(read("v1")).isEqualTo("some bytes");
        assertThat(caches.find("v2", java("25.0.1"))).isEmpty();
    }

    @Test
    void keepsNothingThatIsNotWhole() throws Exception {
        assertThat(keep("v1", "some bytes")).isFalse();
        assertThat(keep("v1", "some bytes", StartCaching.WHOLE.substring(1))).isFalse();
        assertThat(keep("v1", StartCaching.WHOLE)).isFalse();
        assertThat(keep("v1")).isFalse();

        assertThat(caches.find("v1", java("25.0.1"))).isEmpty();
        assertThat(folder.resolve("starts/writing")).isEmptyDirectory();
    }

    @Test
    void takesNoMoreThanTheLimit() throws Exception {
        try (var file = caches.write()) {
            var megabyte = new byte[1 << 20];
            for (long taken = 0; taken <= StartCaches.MOST_BYTES; taken += megabyte.length) {
                while (file.isBehind()) {
                    Thread.onSpinWait();
                }
                file.add(ByteBuffer.wrap(megabyte));
            }
            file.add(ByteBuffer.wrap(StartCaching.WHOLE.getBytes(StandardCharsets.UTF_8)));

            assertThat(file.finish()).isFalse();
            assertThat(Files.size(file.folder().resolve(StartCaches.FILE))).isLessThanOrEqualTo(StartCaches.MOST_BYTES);
        }
    }

    @Test
    void isForTheInterpreterAndTheClientThatMadeIt() throws Exception {
        keep("v1", "bytes", StartCaching.WHOLE);
        assertThat(caches.find("v1", java("25.0.2"))).isEmpty();
        assertThat(read("v1")).isEqualTo("bytes");

        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        assertThat(caches.find("v1", java("25.0.1"))).isEmpty();

        assertThat(keep("v1", "other", StartCaching.WHOLE)).isTrue();
        assertThat(read("v1")).isEqualTo("other");
    }

    @Test
    void whatSomebodyReadsGoesWhenHeIsDone() throws Exception {
        keep("v1", "bytes", StartCaching.WHOLE);
        var held = caches.find("v1", java("25.0.1")).orElseThrow();

        caches.remove("v1");

        assertThat(held.folder().resolve(StartCaches.FILE)).exists();
        assertThat(caches.find("v1", java("25.0.1"))).isEmpty();
        assertThat(keep("v1", "late", StartCaching.WHOLE)).isFalse();
        held.close();
        assertThat(held.folder()).doesNotExist();
    }

    @Test
    void theNextStartRemovesWhatIsNotWholeOrOfNoVersion() throws Exception {
        keep("v1", "bytes", StartCaching.WHOLE);
        keep("v2", "bytes", StartCaching.WHOLE);
        Files.writeString(
                Files.createDirectories(folder.resolve("starts/writing/x")).resolve("cache"), "half");

        caches = StartCaches.open(folder.resolve("starts"));
        caches.retain(Set.of("v2"));

        assertThat(folder.resolve("starts/writing")).isEmptyDirectory();
        assertThat(caches.find("v1", java("25.0.1"))).isEmpty();
        assertThat(read("v2")).isEqualTo("bytes");
    }
}
