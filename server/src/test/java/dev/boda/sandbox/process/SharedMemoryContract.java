package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sandboxes that may have 1,024 MB each, and 512 MB together.
@Timeout(60)
public abstract class SharedMemoryContract {

    private static final int MEGABYTE = 1_048_576;

    /// Plain processes are moved into their group a moment after they began, and what they had by then is not theirs.
    private static final String JOINED = "sleep 0.3; ";

    private static final long TOGETHER = 512L * MEGABYTE;

    @TempDir
    protected Path folder;

    private SandboxProvider provider;
    private SharedMemory memory;
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<Sandbox> started = new ArrayList<>();

    /// Gets the kind ready, or skips the test where this user cannot have it.
    protected abstract SandboxProvider open(Path stateFolder, long memoryBytes) throws IOException;

    /// The folder `shared` as the processes inside see it.
    protected abstract String shared();

    @BeforeEach
    void startProvider() throws IOException {
        Files.createDirectories(folder.resolve("code"));
        Files.setPosixFilePermissions(
                Files.createDirectories(folder.resolve("shared")), PosixFilePermissions.fromString("rwxrwxrwx"));
        provider = open(folder.resolve("state"), TOGETHER);
        assumeTrue(provider.memory().isPresent(), "Only root may make control groups here");
        memory = provider.memory().get();
        assertThat(memory.limitBytes()).isBetween(TOGETHER * 8 / 10, TOGETHER);
    }

    @AfterEach
    void close() throws IOException {
        started.forEach(Sandbox::close);
        provider.close();
    }

    @Test
    void whoIsFurthestOverItsShareEndsAndTheOthersLiveOn() throws Exception {
        memory.whenScarce(this::noted);
        var large = holding(220, 400);
        var small = holding(40, 120);
        var idle = holding(1, 32);
        var grows = sandbox("while :; do head -c 4000000 /dev/zero; sleep 0.01; done | tail", 60, new RecordedOutput());
        assertThat(exitOf(grows)).isEqualTo(new Sandbox.Exit.OutOfMemory());
        assertThat(asked).hasPositiveValue();
        await(() -> memory.usedBytes() < 300L * MEGABYTE);
        assertThat(grows.peakMemoryBytes()).isBetween(100L * MEGABYTE, 256L * MEGABYTE);
        for (var other : List.of(large, small, idle)) {
            other.goOn();
        }
    }

    @Test
    void whoKnowsWhatCanBeSparedIsAskedFirst() throws Exception {
        var idle = holding(120, 120);
        memory.whenScarce(() -> {
            idle.sandbox.close();
            return asked.incrementAndGet() == 1;
        });
        var first = holding(220, 220);
        var second = holding(150, 60);
        await(() -> asked.get() == 1);
        first.goOn();
        second.goOn();
        assertThat(asked).hasValue(1);
    }

    @Test
    void filesThatCanBeDroppedAreNoScarcity() throws Exception {
        memory.whenScarce(this::noted);
        var other = holding(60, 60);
        var output = new RecordedOutput();
        var writes = sandbox(
                "head -c 700000000 /dev/zero > \"$SHARED/big\" && cat \"$SHARED/big\" | wc -c; rm \"$SHARED/big\"",
                60,
                output);
        assertThat(exitOf(writes)).isEqualTo(new Sandbox.Exit.Status(0));
        assertThat(output.raw()).isEqualTo("700000000\n");
        assertThat(asked).hasValue(0);
        other.goOn();
    }

    @Test
    void whoStandsStillCanBeTheOneThatEnds() throws Exception {
        var still = holding(200, 20);
        still.sandbox.freeze();
        assertThat(still.sandbox.memoryBytes()).isBetween(200L * MEGABYTE, 240L * MEGABYTE);
        long cpu = still.sandbox.cpuNanos();
        assertThat(cpu).isPositive();
        var grows = holding(300, 350);
        assertThat(exitOf(still.sandbox)).isEqualTo(new Sandbox.Exit.OutOfMemory());
        grows.goOn();
    }

    /// Whatever the kernel does to one process, when nobody gets to making room: here it grows too fast for that.
    @Test
    void whomTheKernelKillsEndsAsAWhole() throws Exception {
        memory.whenScarce(() -> {
            LockSupport.parkNanos(300_000_000);
            return asked.incrementAndGet() < 3;
        });
        var other = holding(20, 60);
        var grows = sandbox("tail /dev/zero; sleep 1000", 60, new RecordedOutput());
        assertThat(exitOf(grows)).isEqualTo(new Sandbox.Exit.OutOfMemory());
        other.goOn();
    }

    @Test
    void howMuchIsUsedTogetherIsTheSum() throws Exception {
        long before = memory.usedBytes();
        holding(50, 50);
        holding(30, 50);
        assertThat(memory.usedBytes() - before).isBetween(75L * MEGABYTE, 110L * MEGABYTE);
    }

    private boolean noted() {
        asked.incrementAndGet();
        return false;
    }

    /// One that has so many megabytes and keeps them until it is told to go on.
    private Holding holding(int megabytes, int share) throws Exception {
        int bytes = megabytes * MEGABYTE;
        var output = new RecordedOutput();
        var go = "go" + names.get();
        var sandbox = sandbox(
                "while [ ! -e \"$SHARED/in-" + go + "\" ]; do sleep 0.02; done; (head -c " + bytes
                        + " /dev/zero; : > \"$SHARED/has-" + go + "\"; while [ ! -e \"$SHARED/" + go
                        + "\" ]; do sleep 0.02; done) | tail | wc -c",
                share,
                output);
        // What a plain process has before it is in its group is not its group's.
        Files.writeString(folder.resolve("shared/in-" + go), "");
        await(() -> Files.exists(folder.resolve("shared/has-" + go)));
        return new Holding(sandbox, output, folder.resolve("shared/" + go), bytes);
    }

    private record Holding(Sandbox sandbox, RecordedOutput output, Path go, int bytes) {

        void goOn() throws Exception {
            Files.writeString(go, "");
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Status(0));
            assertThat(output.raw()).isEqualTo(bytes + "\n");
        }
    }

    private Sandbox sandbox(String script, int share, RecordedOutput output) throws Exception {
        var sandbox = provider.start(
                new SandboxSpec(
                        "environment-" + names.incrementAndGet(),
                        new SandboxSpec.RootFileSystem.Host(List.of()),
                        mounts(),
                        SandboxSpec.Limits.of(1_024, 16),
                        provider.network(),
                        provider.identity(),
                        List.of("/bin/sh", "-c", JOINED + script),
                        Map.of("PATH", "/usr/bin:/bin", "SHARED", shared(), "LAMBDA_TASK_ROOT", "/var/task")),
                output);
        sandbox.share((long) share * MEGABYTE);
        started.add(sandbox);
        return sandbox;
    }

    protected List<SandboxSpec.Mount> mounts() {
        return List.of(new SandboxSpec.Mount(folder.resolve("code"), "/var/task", true));
    }

    private static Sandbox.Exit exitOf(Sandbox sandbox) throws Exception {
        var exit = new CompletableFuture<Sandbox.Exit>();
        sandbox.onExit(exit::complete);
        return exit.get(20, java.util.concurrent.TimeUnit.SECONDS);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
