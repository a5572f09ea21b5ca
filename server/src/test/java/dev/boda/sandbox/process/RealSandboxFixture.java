package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxContract;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Real processes as sandboxes of one kind, and whether anything is left of them.
public abstract class RealSandboxFixture extends SandboxContract {

    /// What all sandboxes together may use.
    protected static final long MEMORY_BYTES = 4L << 30;

    @TempDir
    protected Path folder;

    protected SandboxProvider provider;
    private final AtomicInteger names = new AtomicInteger();
    private int printed;

    /// Gets the kind ready, or skips the test where this user cannot have it.
    protected abstract SandboxProvider open(Path stateFolder) throws IOException;

    /// The folder `shared` as the processes inside see it.
    protected abstract String shared();

    @BeforeEach
    void startProvider() throws IOException {
        Files.createDirectories(folder.resolve("code"));
        Files.writeString(folder.resolve("code/handler.txt"), "the handler");
        Files.setPosixFilePermissions(
                Files.createDirectories(folder.resolve("shared")), PosixFilePermissions.fromString("rwxrwxrwx"));
        provider = open(folder.resolve("state"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        provider.close();
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

    protected static String octal(String message) {
        var octal = new StringBuilder();
        for (byte b : TelemetryFramesTest.frame(0xa55a000f, message)) {
            octal.append("\\").append(String.format("%03o", b & 0xff));
        }
        return octal.toString();
    }

    protected Sandbox shell(String script, SandboxProvider.Output output) throws IOException, InterruptedException {
        return provider.start(spec(List.of("/bin/sh", "-c", script)), output);
    }

    protected SandboxSpec spec(List<String> command) {
        return new SandboxSpec(
                "environment-" + names.incrementAndGet(),
                new SandboxSpec.RootFileSystem.Host(List.of()),
                mounts(),
                SandboxSpec.Limits.of(128, 16),
                provider.network(),
                provider.identity(),
                command,
                Map.of("PATH", "/usr/bin:/bin", "SHARED", shared(), "LAMBDA_TASK_ROOT", "/var/task"));
    }

    protected List<SandboxSpec.Mount> mounts() {
        return List.of(new SandboxSpec.Mount(folder.resolve("code"), "/var/task", true));
    }

    protected String run(String script) throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = shell(script, output)) {
            exitOf(sandbox);
        }
        return output.raw();
    }

    protected static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// The processes with this text in their arguments.
    protected static List<String> processesNaming(String text) throws IOException {
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
