package dev.boda.sandbox.scratch;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The machine's program that makes ext4 file systems.
record Mkfs(Path program) {

    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin");
    private static final String NAME = "mkfs.ext4";
    private static final int LONGEST_SECONDS = 30;
    private static final int MOST_SAID = 500;

    /// Neither a journal nor checksums: nothing of a disk is read after a crash. Every feature is named, so that it
    /// does not matter what the machine's `mke2fs.conf` says.
    private static final String FEATURES = "none,ext_attr,dir_index,filetype,extent,64bit,flex_bg,sparse_super,"
            + "large_file,huge_file,dir_nlink,extra_isize,uninit_bg";

    /// Finds it. An ordinary user's `PATH` often lacks its folder.
    static Mkfs find() throws ScratchUnavailable {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, NAME))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Mkfs::new)
                .orElseThrow(() -> new ScratchUnavailable(
                        "there is no " + NAME + " (package e2fsprogs) in " + String.join(", ", FOLDERS) + "."));
    }

    /// Makes a file system as large as the file. Blocks: called on a platform thread.
    void format(Path image, int blockBytes) throws IOException {
        var command = List.of(
                program.toString(),
                "-q",
                "-F",
                "-b",
                Integer.toString(blockBytes),
                "-I",
                "256",
                "-i",
                "16384",
                "-m",
                "0",
                "-O",
                FEATURES,
                "-E",
                "nodiscard,lazy_itable_init=1,root_owner=0:0",
                image.toString());
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try (var output = process.getInputStream()) {
            var said = new String(output.readNBytes(MOST_SAID), StandardCharsets.UTF_8);
            output.transferTo(java.io.OutputStream.nullOutputStream());
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(NAME + " failed: " + said.strip());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(NAME + " was interrupted", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }
}
