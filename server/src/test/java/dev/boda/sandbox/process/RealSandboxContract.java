package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.sandbox.RecordedOutput;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every kind does whose sandboxes are real processes.
public abstract class RealSandboxContract extends RealSandboxFixture {

    @Test
    void theEnvironmentIsExactlyAsGiven() throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = provider.start(spec(List.of("env")), output)) {
            exitOf(sandbox);
        }
        var given = new ArrayList<>(List.of(
                "PATH=/usr/bin:/bin",
                "SHARED=" + shared(),
                "LAMBDA_TASK_ROOT=" + taskRoot(),
                "_LAMBDA_TELEMETRY_LOG_FD=3"));
        if (hasReadyConnection()) {
            given.add("_BODA_RUNTIME_API_FD=4");
        }
        assertThat(output.lines())
                .filteredOn(line -> !line.startsWith("TMPDIR="))
                .containsExactlyInAnyOrderElementsOf(given);
    }

    /// Whether a connection to the Runtime API is there from the beginning.
    protected abstract boolean hasReadyConnection();

    /// Where the function's code is seen.
    protected abstract String taskRoot();

    @Test
    void theProgramInheritsNothingElse() throws Exception {
        int beside = hasReadyConnection() ? 4 : 3; // and the folder that is listed
        assertThat(run("ls /proc/self/fd").lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(0, beside + 1)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(run("readlink /proc/self/fd/0")).isEqualTo("/dev/null\n");
        // The C library ignores its own two signals, 32 and 33, in what it starts.
        assertThat(run("grep -E 'SigBlk|SigIgn' /proc/self/status").lines())
                .hasSize(2)
                .allMatch(line -> line.matches(".*\\t0000000[01][08]0000000"));
        assertThat(run("[ \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ ] && echo leads its session"))
                .isEqualTo("leads its session\n");
    }

    @Test
    void itStartsInTheFoldersOfTheFunctionAndSeesItsFiles() throws Exception {
        assertThat(run("pwd -P; cat handler.txt \"$LAMBDA_TASK_ROOT/handler.txt\""))
                .isEqualTo(taskRoot() + "\nthe handlerthe handler");
    }

    @Test
    void openFilesAreLimited() throws Exception {
        assertThat(run("while [ $(ulimit -n) != 1024 ]; do :; done; ulimit -Hn"))
                .isEqualTo("1024\n");
    }

    @Test
    void theKernelEndsItRatherThanTheServer() throws Exception {
        assertThat(run("while [ $(cat /proc/self/oom_score_adj) -lt 500 ]; do :; done; cat /proc/self/oom_score_adj"))
                .isEqualTo("500\n");
    }

    @Test
    void aChildThatBecameADaemonIsKilled() throws Exception {
        var mark = folder + "/daemon";
        var sandbox = shell(
                "(setsid sh -c ': \"" + mark + "\"; trap \"\" TERM HUP; : > \"$SHARED/daemon\"; "
                        + "while :; do sleep 1; done' </dev/null >/dev/null 2>&1 3>&- &) ; sleep 1000",
                new RecordedOutput());
        await(() -> Files.exists(folder.resolve("shared/daemon")));
        assertThat(processesNaming(mark)).isNotEmpty();
        sandbox.close();
        assertThat(processesNaming(mark)).isEmpty();
    }

    @Test
    void aDaemonThatOutlivedTheFirstProcessIsKilled() throws Exception {
        var mark = folder + "/daemon";
        var sandbox = shell(
                "(setsid sh -c ': \"" + mark + "\"; : > \"$SHARED/daemon\"; sleep 1000; :' &) ; "
                        + "while [ ! -e \"$SHARED/daemon\" ]; do :; done",
                new RecordedOutput());
        assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Status(0));
        sandbox.close();
        assertThat(processesNaming(mark)).isEmpty();
    }

    @Test
    void whatIsFrozenCanBeClosed() throws Exception {
        var output = new RecordedOutput();
        var sandbox = shell("echo up; while :; do :; done", output);
        await(() -> output.raw().equals("up\n"));
        sandbox.freeze();
        sandbox.close();
        assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Signal(9));
    }

    @Test
    void aHandlerOfSigtermIsAskedToEndAlsoWhileItStandsStill() throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = shell("trap 'echo asked; exit 3' TERM; echo up; while :; do sleep 0.01; done", output)) {
            await(() -> output.raw().equals("up\n"));
            sandbox.freeze();
            assertThat(sandbox.terminate()).isTrue();
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Status(3));
            assertThat(output.raw()).isEqualTo("up\nasked\n");
            assertThat(sandbox.terminate()).isFalse();
        }
    }

    @Test
    void whoHandlesNoSigtermIsSentNone() throws Exception {
        for (var way : List.of("", "trap '' TERM; ")) {
            var output = new RecordedOutput();
            try (var sandbox = shell(way + "echo up; while [ ! -e \"$SHARED/go\" ]; do :; done; exit 5", output)) {
                await(() -> output.raw().equals("up\n"));
                assertThat(sandbox.terminate()).isFalse();
                Files.writeString(folder.resolve("shared/go"), "");
                assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Status(5));
            }
            Files.delete(folder.resolve("shared/go"));
        }
    }

    @Test
    void twoHundredLivesLeaveNoDescriptorOpen() throws Exception {
        for (int i = 0; i < 5; i++) {
            run("echo warm");
        }
        long before = openDescriptors();
        for (int i = 0; i < 200; i++) {
            try (var sandbox = provider.start(spec(List.of("/bin/true")), new RecordedOutput())) {
                if (i % 2 == 0) {
                    exitOf(sandbox);
                }
            }
        }
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void aStartThatFailsLeavesNothing() throws Exception {
        run("echo warm");
        long before = openDescriptors();
        assertThatThrownBy(() -> provider.start(spec(List.of("/no/such/program")), new RecordedOutput()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/program")
                .hasMessageContaining("No such file or directory");
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void aBombOfOutputNeitherFillsTheServerNorHoldsOthersUp() throws Exception {
        var bomb = new CountedOutput();
        try (var sandbox = shell("exec yes", bomb)) {
            await(() -> bomb.bytes() > 1_000_000);
            sandbox.drainOutput();
            assertThat(run("echo fine")).isEqualTo("fine\n");
        }
    }

    @Test
    void drainingDeliversWhileTheLoopIsHeldUp() throws Exception {
        var release = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        var slow = shell("echo hold; sleep 1000", new HoldingOutput(held, release));
        try {
            assertThat(held.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            var output = new RecordedOutput();
            var sandbox = start(new Program.PrintsThenStays(1_000), output);
            awaitPrinted();
            assertThat(output.raw()).isEmpty();
            sandbox.drainOutput();
            assertThat(output.lines()).isEqualTo(lines(1_000));
            sandbox.close();
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Signal(9));
        } finally {
            release.countDown();
            slow.close();
        }
    }

    @Test
    void anOutputThatFailsDoesNotKeepTheEndFromBeingTold() throws Exception {
        var failing = new SandboxProvider.Output() {
            @Override
            public void raw(java.nio.ByteBuffer bytes) {
                throw new IllegalStateException("A fault on purpose");
            }

            @Override
            public void message(java.nio.ByteBuffer bytes) {}
        };
        try (var sandbox = shell("echo a; exit 3", failing)) {
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Status(3));
        }
    }

    /// A flood is read at the pace of what keeps it: who writes it waits, and who drains does not.
    @Test
    void whereOutputCannotBeKeptTheWriterWaits() throws Exception {
        var kept = new RecordedOutput();
        var pause = new AtomicLong(3_600_000);
        var slow = new SandboxProvider.Output() {
            @Override
            public void raw(java.nio.ByteBuffer bytes) {
                kept.raw(bytes);
            }

            @Override
            public void message(java.nio.ByteBuffer bytes) {}

            @Override
            public long pauseMillis() {
                return pause.get();
            }
        };
        var mark = folder.resolve("shared/written");
        try (var sandbox = shell(
                "head -c 300000 /dev/zero | tr '\\0' x; : > \"$SHARED/written\"; while :; do sleep 0.01; done", slow)) {
            await(() -> !kept.raw().isEmpty());
            LockSupport.parkNanos(100_000_000);
            int read = kept.raw().length();
            assertThat(read).isLessThanOrEqualTo(ReadBuffers.BYTES);
            assertThat(mark).doesNotExist();
            sandbox.drainOutput();
            assertThat(kept.raw().length()).isGreaterThan(read);
        }
        assertThat(kept.raw().length()).isLessThan(300_000);
        pause.set(1);
        var all = shell("head -c 300000 /dev/zero | tr '\\0' y", slow);
        assertThat(exitOf(all)).isEqualTo(new Sandbox.Exit.Status(0));
        all.close();
        assertThat(kept.raw().chars().filter(each -> each == 'y').count()).isEqualTo(300_000);
    }

    @Test
    void drainingClosingAndEndingAtOnceIsSafe() throws Exception {
        for (int i = 0; i < 30; i++) {
            var output = new RecordedOutput();
            var sandbox = shell("echo a; echo b >&2; printf '" + octal("c") + "' >&3", output);
            var drainer = Thread.ofVirtual().start(() -> {
                for (int n = 0; n < 50; n++) {
                    sandbox.drainOutput();
                }
            });
            exitOf(sandbox);
            sandbox.close();
            drainer.join();
            assertThat(output.raw()).isEqualTo("a\nb\n");
            assertThat(output.messages()).containsExactly("c");
        }
    }

    @Test
    void thePeakOfMemoryIsMeasuredAndKept() throws Exception {
        var sandbox = start(new Program.PrintsThenStays(1), new RecordedOutput());
        awaitPrinted();
        long peak = sandbox.peakMemoryBytes();
        sandbox.close();
        assertThat(peak).isBetween(100_000L, 100_000_000L);
        assertThat(sandbox.peakMemoryBytes()).isGreaterThanOrEqualTo(peak);
    }

    @Test
    void thePeakOfAProcessThatEndedIsItsOwn() throws Exception {
        var touches = "dd if=/dev/zero of=/dev/null bs=60000000 count=1; ";
        for (var end : List.of("exit 1", "kill -9 $$")) {
            try (var sandbox = shell(touches + end, new RecordedOutput())) {
                exitOf(sandbox);
                assertThat(sandbox.peakMemoryBytes())
                        .as(end)
                        .isBetween(knowsThePeakOfWhatEnded() ? 60_000_000L : 0L, 90_000_000L);
            }
        }
    }

    /// Whether the kernel tells of a process that has ended what was its own.
    protected abstract boolean knowsThePeakOfWhatEnded();

    @Test
    void whatProcessesShareIsCountedOnce() throws Exception {
        var script = "x=$(head -c 20000000 /dev/zero | tr '\\0' a); cd \"$SHARED\"; mkfifo never; "
                + "for i in 1 2 3 4 5 6 7 8; do (: > sharer$i; read x < never) & done; wait";
        try (var sandbox = shell(script, new RecordedOutput())) {
            await(() -> IntStream.rangeClosed(1, 8).allMatch(i -> Files.exists(folder.resolve("shared/sharer" + i))));
            assertThat(sandbox.peakMemoryBytes()).isBetween(20_000_000L, 60_000_000L);
        }
    }

    @Test
    void whatProcessesHaveForThemselvesAddsUp() throws Exception {
        var script = "cd \"$SHARED\"; mkfifo never; for i in 1 2 3 4; do "
                + "(x=$(head -c 8000000 /dev/zero | tr '\\0' a); : > owner$i; read y < never) & done; wait";
        try (var sandbox = shell(script, new RecordedOutput())) {
            await(() -> IntStream.rangeClosed(1, 4).allMatch(i -> Files.exists(folder.resolve("shared/owner" + i))));
            assertThat(sandbox.peakMemoryBytes()).isBetween(32_000_000L, 120_000_000L);
        }
    }

    @Test
    void neverMoreMemoryThanAFunctionMayHaveIsReported() throws Exception {
        var script = "x=$(head -c 140000000 /dev/zero | tr '\\0' a); sleep 1000; : $x";
        try (var sandbox = shell(script, new RecordedOutput())) {
            await(() -> sandbox.peakMemoryBytes() >= 128 * 1_048_576L);
            assertThat(sandbox.peakMemoryBytes()).isEqualTo(128 * 1_048_576L);
        }
    }

    /// Once nothing more is opened or closed for longer than a kind waits before it makes sandboxes ahead.
    private static long openDescriptors() throws IOException {
        long count = -1;
        for (int same = 0; same < 100; same++) {
            long now = openDescriptorsNow();
            same = now == count ? same : 0;
            count = now;
            LockSupport.parkNanos(5_000_000);
        }
        return count;
    }

    private static long openDescriptorsNow() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private record HoldingOutput(CountDownLatch held, CountDownLatch release) implements SandboxProvider.Output {

        @Override
        public void raw(java.nio.ByteBuffer bytes) {
            held.countDown();
            boolean interrupted = false;
            while (release.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
                interrupted |= Thread.interrupted();
            }
            assertThat(interrupted).isFalse();
        }

        @Override
        public void message(java.nio.ByteBuffer bytes) {}
    }

    private static final class CountedOutput implements SandboxProvider.Output {

        private long bytes;

        @Override
        public synchronized void raw(java.nio.ByteBuffer next) {
            bytes += next.remaining();
        }

        @Override
        public synchronized void message(java.nio.ByteBuffer next) {
            bytes += next.remaining();
        }

        synchronized long bytes() {
            return bytes;
        }
    }
}
