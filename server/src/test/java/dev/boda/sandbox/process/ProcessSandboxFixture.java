package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxContract;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Plain processes as sandboxes, with a set of the features that a machine may allow, and whether anything is left of
/// them.
abstract class ProcessSandboxFixture extends SandboxContract {

    @TempDir
    Path folder;

    ProcessSandboxProvider provider;
    private final AtomicInteger names = new AtomicInteger();
    private int printed;

    abstract Set<ProcessSandboxProvider.Feature> features();

    /// The kind's name in its guarantees, or none of these tests would test what it says.
    private void assumeFeatures() {
        boolean mounts = provider.guarantees().stream().anyMatch(line -> line.startsWith("/tmp is private"));
        boolean groups = provider.guarantees().stream().anyMatch(line -> line.contains("by its control group"));
        assumeTrue(
                mounts == features().contains(ProcessSandboxProvider.Feature.MOUNT_NAMESPACES),
                "This user cannot make mount namespaces");
        assumeTrue(
                groups == features().contains(ProcessSandboxProvider.Feature.CONTROL_GROUPS),
                "This user cannot make control groups of version 2");
    }

    @BeforeEach
    void startProvider() throws IOException {
        provider = ProcessSandboxProvider.start(folder.resolve("state"), features());
        Files.createDirectories(folder.resolve("code"));
        Files.writeString(folder.resolve("code/handler.txt"), "the handler");
        Files.createDirectories(folder.resolve("shared"));
        assumeFeatures();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        provider.close();
        assertThat(folder.resolve("state/environments")).isEmptyDirectory();
        assertThat(folder.resolve("state/control-group")).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
        assertThat(processesNaming(folder.toString())).isEmpty();
    }

    @Override
    protected Sandbox start(Program program, SandboxProvider.Output output) throws IOException, InterruptedException {
        return switch (program) {
            case Program.Prints(int lines, int status) -> shell(printing(lines) + "; exit " + status, output);
            case Program.KillsItself() -> shell("kill -9 $$", output);
            case Program.PrintsThenStays(int lines) -> {
                printed++;
                yield shell(printing(lines) + "; : > \"$SHARED/printed" + printed + "\"; sleep 1000", output);
            }
            case Program.Frames(var messages) ->
                shell(
                        messages.stream()
                                .map(message -> "printf '" + octal(message) + "' >&3")
                                .collect(Collectors.joining(";")),
                        output);
        };
    }

    @Override
    protected void awaitPrinted() {
        await(() -> Files.exists(folder.resolve("shared/printed" + printed)));
    }

    private static String printing(int lines) {
        return "i=0; while [ $i -lt " + lines + " ]; do i=$((i+1)); echo line $i; done";
    }

    static String octal(String message) {
        var octal = new StringBuilder();
        for (byte b : TelemetryFramesTest.frame(0xa55a000f, message)) {
            octal.append("\\").append(String.format("%03o", b & 0xff));
        }
        return octal.toString();
    }

    Sandbox shell(String script, SandboxProvider.Output output) throws IOException, InterruptedException {
        return provider.start(spec(List.of("/bin/sh", "-c", script)), output);
    }

    SandboxSpec spec(List<String> command) {
        return new SandboxSpec(
                "environment-" + names.incrementAndGet(),
                new SandboxSpec.RootFileSystem.Host(),
                List.of(new SandboxSpec.Mount(folder.resolve("code"), "/var/task", true)),
                SandboxSpec.Limits.of(128, 16),
                SandboxSpec.Network.HOST,
                SandboxSpec.Identity.SERVER,
                command,
                // The shared folder is seen by its descriptor's path: a test may lie below /tmp, which is covered.
                Map.of("PATH", "/usr/bin:/bin", "SHARED", shared(), "LAMBDA_TASK_ROOT", "/var/task"));
    }

    String shared() {
        return "/proc/" + ProcessHandle.current().pid() + "/root" + folder.resolve("shared");
    }

    String run(String script) throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = shell(script, output)) {
            exitOf(sandbox);
        }
        return output.raw();
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// The processes with this text in their arguments.
    static List<String> processesNaming(String text) throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(process -> arguments(process))
                    .filter(arguments -> arguments.contains(": \"" + text))
                    .toList();
        }
    }

    private static String arguments(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"));
        } catch (IOException none) {
            return "";
        }
    }
}
