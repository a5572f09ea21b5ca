package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What having /tmp on disk brings, and what is left of it. Temporary folders of tests are on a disk.
class DiskSandboxTest extends RootSandboxTest {

    private static final long MEGABYTE = 1L << 20;

    @AfterEach
    void noDeviceIsLeft() throws IOException {
        provider.close();
        assertThat(devices()).isEmpty();
        assertThat(images()).isEmpty();
    }

    @Test
    void temporaryFilesAreNotChargedToTheFunctionsMemory() throws Exception {
        assertThat(run(512, "head -c 400M /dev/zero > /tmp/large && wc -c < /tmp/large && rm /tmp/large && echo gone"))
                .isEqualTo(400 * MEGABYTE + "\ngone\n");
    }

    @Test
    void aFullTmpIsSaidAndNoOtherIsAffected() throws Exception {
        var neighbour = new RecordedOutput();
        try (var _ = start(
                512,
                "echo mine > /tmp/mine; until [ -e $SHARED/full ]; do :; done; cat /tmp/*; echo still; sleep 1000",
                neighbour)) {
            assertThat(run(64, "head -c 100M /dev/zero > /tmp/large; wc -c < /tmp/large; : > $SHARED/full"))
                    .contains("No space left on device")
                    .containsPattern("(?m)^6[67]......$");
            await(() -> neighbour.raw().contains("still"));
            assertThat(neighbour.raw()).isEqualTo("mine\nstill\n");
        }
    }

    @Test
    void asMuchAsIsConfiguredCanBeWritten() throws Exception {
        for (int megabytes : new int[] {16, 512, 513, 3_000, 10_240}) {
            var kilobytes = run(megabytes, "df -k /tmp | tail -1 | { read -r a b c available e; echo $available; }");
            assertThat(Long.parseLong(kilobytes.strip()))
                    .as(megabytes + " MB")
                    .isBetween(megabytes * 1024L, megabytes * 1024L + megabytes * 20L + 2048);
        }
    }

    @Test
    void itIsEmptyAndEverybodysAndHoldsNoDevices() throws Exception {
        assertThat(run(512, "ls -A /tmp; stat -c %a /tmp; grep ' /tmp ' /proc/mounts"))
                .matches("1777\n/dev/loop\\d+ /tmp ext4 rw,nosuid,nodev,relatime,.*\n");
    }

    @Test
    void manyLivesLeaveNothing() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (var sandbox = start(512, "echo " + i + " > /tmp/number; ls /tmp", new RecordedOutput())) {
                if (i % 2 == 0) {
                    exitOf(sandbox);
                }
            }
        }
        assertThat(devices()).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void aFrozenOnesDiskGoesWithIt() throws Exception {
        var output = new RecordedOutput();
        var sandbox = start(1_000, "head -c 20M /dev/zero > /tmp/large; echo written; sleep 1000", output);
        await(() -> output.raw().contains("written"));
        sandbox.freeze();
        sandbox.close();
        assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Signal(9));
    }

    private Sandbox start(int temporaryMegabytes, String script, RecordedOutput output) throws Exception {
        var usual = spec(List.of("/bin/sh", "-c", "exec 2>&1; " + script));
        return provider.start(
                new SandboxSpec(
                        usual.name(),
                        usual.root(),
                        usual.mounts(),
                        SandboxSpec.Limits.of(128, temporaryMegabytes),
                        usual.network(),
                        usual.identity(),
                        usual.command(),
                        usual.environment()),
                output);
    }

    private String run(int temporaryMegabytes, String script) throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = start(temporaryMegabytes, script, output)) {
            assertThat(exitOf(sandbox)).isInstanceOf(Sandbox.Exit.Status.class);
        }
        return output.raw();
    }

    /// The files of this test's that loop devices are made of.
    private List<String> devices() throws IOException {
        try (var all = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            var found = new java.util.ArrayList<String>();
            for (var device : all) {
                var file = device.resolve("loop/backing_file");
                if (Files.exists(file)) {
                    found.add(Files.readString(file));
                }
            }
            return found.stream()
                    .filter(file -> file.contains(folder.toString()))
                    .toList();
        }
    }

    private List<Path> images() throws IOException {
        try (var all = Files.list(folder.resolve("state/tmp"))) {
            return all.toList();
        }
    }
}
