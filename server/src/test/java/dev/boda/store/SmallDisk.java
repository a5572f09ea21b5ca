package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file system of its own, small enough to be filled. Needs root: tests that use it are skipped without.
public final class SmallDisk implements AutoCloseable {

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    public static SmallDisk mount(Path folder, int megabytes) {
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()) == 0;
        assumeTrue(mounted, "a tmpfs cannot be mounted here (it takes root)");
        return new SmallDisk(folder);
    }

    public void fill() throws IOException {
        byte[] block = new byte[4_096];
        try (var file = Files.newOutputStream(folder.resolve("filler"), StandardOpenOption.CREATE)) {
            while (true) {
                file.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    public void free() throws IOException {
        Files.delete(folder.resolve("filler"));
    }

    public void makeReadOnly() {
        assertThat(run("mount", "-o", "remount,ro", folder.toString())).isZero();
    }

    /// Also when files are still open there.
    @Override
    public void close() {
        assertThat(run("umount", "--lazy", folder.toString())).isZero();
    }

    private static int run(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
        } catch (IOException e) {
            return -1;
        }
    }
}
