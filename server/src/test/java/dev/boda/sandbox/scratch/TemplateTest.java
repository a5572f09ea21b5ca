package dev.boda.sandbox.scratch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// As root, with a loop device.
class TemplateTest {

    private static final int ROOT_FOLDER = 2;

    @TempDir
    private Path folder;

    @Test
    void whatIsChangedOnADiskIsInItsImageOnceItIsSynced() throws Exception {
        var image = Image.create(folder.resolve("1.disk"), 16L << 20);
        Mkfs.find().format(image, 4096);
        try (var mount = Image.mount(image)) {
            assertThat(modeOfItsRoot(image)).isEqualTo("0755");
            mount.mode(01777);
            mount.sync();
            assertThat(modeOfItsRoot(image)).isEqualTo("01777");
        }
    }

    /// As e2fsprogs' other program reads it, past the mount.
    private static String modeOfItsRoot(Path image) throws Exception {
        var program = Mkfs.find().program().resolveSibling("debugfs").toString();
        var process = new ProcessBuilder(program, "-R", "stat <" + ROOT_FOLDER + ">", image.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said.replaceAll("(?s).*Mode: +([0-7]+).*", "$1");
    }
}
