package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlobStoreTest {

    private static final byte[] CONTENT = "hello".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.of(CONTENT);

    @TempDir
    private Path folder;

    @Test
    void aDigestIsAsAwsPrintsIt() {
        assertThat(DIGEST.hex()).isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        assertThat(DIGEST.base64()).isEqualTo("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
    }

    @Test
    void aDigestIsNeverAPathElsewhere() {
        assertThatThrownBy(() -> new Digest("../../etc/passwd")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Digest("A".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBlobIsFoundByItsDigestAfterReopening() throws IOException {
        BlobStore.open(folder).put(DIGEST, CONTENT);
        var blobs = BlobStore.open(folder);

        try (var stream = Channels.newInputStream(blobs.open(DIGEST))) {
            assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
        }
        assertThat(blobs.size(DIGEST)).isEqualTo(5);
        assertThat(blobs.contains(DIGEST)).isTrue();
        assertThat(blobs.list()).containsExactly(DIGEST);
    }

    @Test
    void puttingABlobAgainChangesNothing() throws IOException {
        var blobs = BlobStore.open(folder);
        blobs.put(DIGEST, CONTENT);
        Path file = folder.resolve(DIGEST.hex().substring(0, 2))
                .resolve(DIGEST.hex().substring(2));
        Object inode = Files.getAttribute(file, "unix:ino");
        blobs.put(DIGEST, CONTENT);

        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void aRemovedBlobIsGone() {
        var blobs = BlobStore.open(folder);
        blobs.put(DIGEST, CONTENT);
        blobs.remove(DIGEST);
        blobs.remove(DIGEST);

        assertThat(blobs.contains(DIGEST)).isFalse();
        assertThat(blobs.list()).isEmpty();
        assertThatThrownBy(() -> blobs.open(DIGEST)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatWasHalfWrittenIsRemovedAtTheNextStart() throws IOException {
        BlobStore.open(folder);
        Path half = Files.writeString(folder.resolve("writing").resolve("half"), "hel");
        var blobs = BlobStore.open(folder);

        assertThat(half).doesNotExist();
        assertThat(blobs.list()).isEmpty();
    }

    @Test
    void aFullOrReadOnlyDiskRefusesAndLeavesNothing() throws IOException {
        try (var disk = SmallDisk.mount(folder, 1)) {
            var blobs = BlobStore.open(folder);
            blobs.put(DIGEST, CONTENT);
            byte[] large = new byte[2 << 20];
            assertThatThrownBy(() -> blobs.put(Digest.of(large), large))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("The server cannot write to its data directory (" + folder
                            + "): no space is left on the device. Make room there; until then only what needs no"
                            + " writing is answered.");
            assertThat(folder.resolve("writing")).isEmptyDirectory();
            assertThat(blobs.list()).containsExactly(DIGEST);

            disk.makeReadOnly();
            byte[] other = {1};
            assertThatThrownBy(() -> blobs.put(Digest.of(other), other))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("its file system is read-only");
            assertThatThrownBy(() -> blobs.remove(DIGEST)).isInstanceOf(StoreUnavailableException.class);
            assertThat(blobs.size(DIGEST)).isEqualTo(5);
        }
    }
}
