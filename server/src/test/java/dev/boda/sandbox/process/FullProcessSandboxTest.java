package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// As root on a machine with control groups of version 2.
class FullProcessSandboxTest extends ProcessSandboxContract {

    @Override
    Set<ProcessSandboxProvider.Feature> features() {
        return EnumSet.allOf(ProcessSandboxProvider.Feature.class);
    }

    @Override
    protected String taskRoot() {
        return "/var/task";
    }

    @Test
    void mountsCannotBeWrittenAndNothingOfThemIsSeenOutside() throws Exception {
        assertThat(run("touch /var/task/new 2>&1; rm -f /var/task/handler.txt 2>&1; echo done"))
                .contains("Read-only file system")
                .endsWith("done\n");
        assertThat(folder.resolve("code/handler.txt")).hasContent("the handler");
        assertThat(Path.of("/var/task/handler.txt")).doesNotExist();
    }

    @Test
    void foldersBelowVarWithOddNamesAreMountedToo() throws Exception {
        var below = Files.createTempDirectory(Path.of("/var/tmp"), "odd,name:of a folder");
        var spec = spec(List.of("cat", "/var/task/late.txt"));
        var moved = new SandboxSpec(
                spec.name(),
                spec.root(),
                List.of(new SandboxSpec.Mount(below.resolve("late"), "/var/task", true)),
                spec.limits(),
                spec.network(),
                spec.identity(),
                spec.command(),
                spec.environment());
        var output = new RecordedOutput();
        try (var second = ProcessSandboxProvider.start(below.resolve("state"), features())) {
            Files.createDirectory(below.resolve("late"));
            Files.writeString(below.resolve("late/late.txt"), "made after the start");
            try (var sandbox = second.start(moved, output)) {
                exitOf(sandbox);
            }
        }
        assertThat(output.raw()).isEqualTo("made after the start");
        new SandboxFolder(below).remove();
    }

    @Test
    void theTemporaryFolderIsPrivateAndHasItsSize() throws Exception {
        var name = folder.getFileName() + "-private";
        assertThat(run("ls -A /tmp; echo mine > /tmp/" + name + "; cat /tmp/" + name))
                .isEqualTo("mine\n");
        assertThat(Path.of("/tmp", name)).doesNotExist();
        assertThat(run("head -c 17000000 /dev/zero > /tmp/big")).contains("No space left on device");
    }

    @Test
    void whatIsFrozenStandsStillUntilItIsThawed() throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = shell("echo up; while [ ! -e \"$SHARED/go\" ]; do :; done; echo went", output)) {
            await(() -> output.raw().equals("up\n"));
            sandbox.freeze();
            var frozen = Files.readAllLines(folder.resolve("state/control-group")).stream()
                    .map(place -> Path.of(place, "environment-1/cgroup.events"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            await(() -> read(frozen).contains("frozen 1"));
            Files.writeString(folder.resolve("shared/go"), "");
            sandbox.drainOutput();
            assertThat(output.raw()).isEqualTo("up\n");
            sandbox.thaw();
            exitOf(sandbox);
            assertThat(output.raw()).isEqualTo("up\nwent\n");
        }
    }

    @Test
    void whoNeedsMoreMemoryThanItHasIsToldApart() throws Exception {
        try (var sandbox = shell("tail /dev/zero; sleep 1000; :", new RecordedOutput())) {
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.OutOfMemory());
            assertThat(sandbox.peakMemoryBytes()).isEqualTo(128 * 1_048_576L);
        }
    }

    @Test
    void fromWhenItIsLimitedItGetsItsShareOfTheCpu() throws Exception {
        try (var sandbox = shell("while :; do :; done", new RecordedOutput())) {
            sandbox.limitCpu();
            var places = Files.readAllLines(folder.resolve("state/control-group"));
            assertThat(places.stream()
                            .flatMap(place -> Stream.of("cpu.cfs_quota_us", "cpu.max")
                                    .map(file -> Path.of(place, "environment-1", file)))
                            .filter(Files::exists)
                            .map(file -> read(file)))
                    .singleElement()
                    .asString()
                    .startsWith("1447");
        }
    }

    @Test
    void whatIsFrozenCanBeClosed() throws Exception {
        var output = new RecordedOutput();
        var sandbox = shell("echo up; while :; do :; done", output);
        await(() -> output.raw().equals("up\n"));
        sandbox.freeze();
        sandbox.close();
        assertThat(folder.resolve("state/environments")).isEmptyDirectory();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException gone) {
            throw new AssertionError(gone);
        }
    }
}
