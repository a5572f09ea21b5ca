package dev.boda.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every kind of sandbox does, fakes included. A kind says how it runs a [Program].
public abstract class SandboxContract {

    /// The longest that anything here may take.
    protected static final int SECONDS = 20;

    /// What a sandbox is asked to do.
    protected sealed interface Program {

        /// Writes `line 1` to `line N` to standard output, then ends with the status.
        record Prints(int lines, int status) implements Program {}

        /// Writes one frame for each message, then ends with status 0.
        record Frames(List<String> messages) implements Program {}

        /// Writes the lines, makes [#awaitPrinted()] return, then stays.
        record PrintsThenStays(int lines) implements Program {}

        /// Ends by signal 9.
        record KillsItself() implements Program {}
    }

    /// Starts a new sandbox that runs the program.
    protected abstract Sandbox start(Program program, SandboxProvider.Output output)
            throws IOException, InterruptedException;

    /// Returns once the last [Program.PrintsThenStays] has written its lines.
    protected abstract void awaitPrinted() throws Exception;

    @Test
    void theStatusOfTheFirstProcessIsTold() throws Exception {
        try (var sandbox = start(new Program.Prints(0, 42), new RecordedOutput())) {
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Status(42));
        }
    }

    @Test
    void theSignalThatEndedTheFirstProcessIsTold() throws Exception {
        try (var sandbox = start(new Program.KillsItself(), new RecordedOutput())) {
            assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Signal(9));
        }
    }

    @Test
    void whoAsksAfterTheEndIsToldAtOnce() throws Exception {
        try (var sandbox = start(new Program.Prints(0, 0), new RecordedOutput())) {
            exitOf(sandbox);
            var second = new CompletableFuture<Sandbox.Exit>();
            sandbox.onExit(second::complete);
            assertThat(second).isCompletedWithValue(new Sandbox.Exit.Status(0));
        }
    }

    @Test
    void allOutputIsDeliveredInOrderBeforeTheEndIsTold() throws Exception {
        var output = new RecordedOutput();
        try (var sandbox = start(new Program.Prints(5_000, 0), output)) {
            var seen = new CompletableFuture<List<String>>();
            sandbox.onExit(exit -> seen.complete(output.lines()));
            assertThat(seen.get(SECONDS, TimeUnit.SECONDS)).isEqualTo(lines(5_000));
        }
    }

    @Test
    void framedMessagesAreDeliveredWhole() throws Exception {
        var output = new RecordedOutput();
        var messages = List.of("one\nand its second line\n", "two", "\n\nthree \u00e4\u20ac\n");
        try (var sandbox = start(new Program.Frames(messages), output)) {
            exitOf(sandbox);
            assertThat(output.messages()).isEqualTo(messages);
            assertThat(output.raw()).isEmpty();
        }
    }

    @Test
    void drainingDeliversTheLastLineEveryTime() throws Exception {
        for (int i = 0; i < 3; i++) {
            var output = new RecordedOutput();
            try (var sandbox = start(new Program.PrintsThenStays(10_000), output)) {
                awaitPrinted();
                sandbox.drainOutput();
                assertThat(output.lines()).isEqualTo(lines(10_000));
            }
        }
    }

    @Test
    void closingEndsTheProcessAndTellsSo() throws Exception {
        var sandbox = start(new Program.PrintsThenStays(1), new RecordedOutput());
        awaitPrinted();
        sandbox.close();
        assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Signal(9));
    }

    @Test
    void whatWasWrittenBeforeClosingIsDelivered() throws Exception {
        var output = new RecordedOutput();
        var sandbox = start(new Program.PrintsThenStays(500), output);
        awaitPrinted();
        sandbox.close();
        assertThat(output.lines()).isEqualTo(lines(500));
    }

    @Test
    void closingIsHarmlessAgainAndByManyAtOnce() throws Exception {
        var sandbox = start(new Program.PrintsThenStays(1), new RecordedOutput());
        awaitPrinted();
        var closers = IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofVirtual().start(sandbox::close))
                .toList();
        for (var closer : closers) {
            assertThat(closer.join(java.time.Duration.ofSeconds(SECONDS))).isTrue();
        }
        sandbox.close();
        sandbox.drainOutput();
        sandbox.freeze();
        sandbox.thaw();
        assertThat(exitOf(sandbox)).isEqualTo(new Sandbox.Exit.Signal(9));
    }

    protected static Sandbox.Exit exitOf(Sandbox sandbox) throws Exception {
        var exit = new CompletableFuture<Sandbox.Exit>();
        sandbox.onExit(exit::complete);
        return exit.get(SECONDS, TimeUnit.SECONDS);
    }

    protected static List<String> lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "line " + i).toList();
    }
}
