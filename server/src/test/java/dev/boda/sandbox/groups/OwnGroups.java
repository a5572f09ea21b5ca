package dev.boda.sandbox.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.os.ReadBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// This machine's own control groups, as root, and processes in them; afterwards nothing is left.
@Timeout(60)
abstract class OwnGroups {

    static final long ENOUGH = 4L << 30;
    static final Duration LONGEST = Duration.ofSeconds(10);

    @TempDir
    Path state;

    ResourceGroups groups;
    final List<Process> started = new ArrayList<>();
    final ReadBuffer buffer = ReadBuffer.ofBytes(65_536);

    @BeforeEach
    void start() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "Only root may make control groups here");
        groups = ResourceGroups.start(state, ENOUGH);
        assertThat(groups.holdProcesses()).isTrue();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        started.forEach(Process::destroyForcibly);
        if (groups != null) {
            var folders = groups.folders();
            groups.close();
            assertThat(folders).isNotEmpty().allMatch(Files::notExists);
            assertThat(state.resolve("control-group")).doesNotExist();
        }
    }

    /// A shell that joins the group by itself, then does this.
    Process run(ResourceGroup group, String script) throws IOException {
        var join = group.joinFiles().stream()
                .map(file -> "echo 0 > " + file + " || exit 99; ")
                .collect(Collectors.joining());
        var process = new ProcessBuilder("sh", "-c", join + script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    void end(ResourceGroup group) throws IOException {
        assertThat(group.kill(LONGEST)).isTrue();
        group.remove();
        for (var folder : groups.folders()) {
            assertThat(folder).isDirectoryNotContaining(Files::isDirectory);
        }
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException gone) {
            return List.of();
        }
    }

    static Duration cpu(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
