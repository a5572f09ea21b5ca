package dev.boda.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The program in machine code: this machine's as it is, the other one's where an emulator is there to run it
/// (package qemu-user).
class CallRunnerTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int OUTPUT = 1;
    private static final int MANY = 5_000;
    private static final int AT_WORKING_DIRECTORY = -100;
    private static final int SIGCHLD = 17;

    @TempDir
    private Path folder;

    /// How a runner ended, and what it wrote.
    private record Run(ChildProcess.Ending ending, String output, ByteBuffer report) {}

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void afterACallThatMayFailTheNextIsMade(Architecture architecture) throws Exception {
        var script = new CallScript();
        script.may(SystemCall.CLOSE, 999);
        script.may(SystemCall.OPENAT, AT_WORKING_DIRECTORY, script.string("/no/such/file"), 0);
        script.must("text", SystemCall.WRITE, OUTPUT, script.string("four and no more"), 4);
        script.may(SystemCall.EXIT_GROUP, 5);
        var run = run(architecture, script);
        assertThat(run.output).isEqualTo("four");
        assertThat(run.ending).isEqualTo(new ChildProcess.Ending(false, 5));
        assertThat(CallRunner.failure(script, run.report)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theCallThatFailsIsNamedWithItsError(Architecture architecture) throws Exception {
        var script = new CallScript();
        script.must("text", SystemCall.WRITE, OUTPUT, script.string("before"), 6);
        script.must("/no/such/file", SystemCall.OPENAT, AT_WORKING_DIRECTORY, script.string("/no/such/file"), 0);
        script.must("text", SystemCall.WRITE, OUTPUT, script.string("behind"), 6);
        var run = run(architecture, script);
        assertThat(run.output).isEqualTo("before");
        assertThat(run.ending).isEqualTo(new ChildProcess.Ending(false, 127));
        assertThat(CallRunner.failure(script, run.report).orElseThrow())
                .hasMessage("openat of /no/such/file: No such file or directory");
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aProcessIsStartedAndWaitedFor(Architecture architecture) throws Exception {
        var script = new CallScript();
        long pid = script.longs(0);
        long status = script.longs(0);
        var child = new CallScript.Label();
        script.fork(pid, SIGCHLD, child);
        script.until(pid, SystemCall.WAIT4, -1, status, 0, 0);
        script.must("the status", SystemCall.WRITE, OUTPUT, status, Integer.BYTES);
        script.may(SystemCall.EXIT_GROUP, 0);
        script.place(child);
        script.must("text", SystemCall.WRITE, OUTPUT, script.string("child"), 5);
        script.may(SystemCall.EXIT_GROUP, 7);
        var run = run(architecture, script);
        assertThat(run.output).isEqualTo("child\0\7\0\0");
        assertThat(run.ending).isEqualTo(new ChildProcess.Ending(false, 0));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aListOfManyMessagesIsFollowedByAnother(Architecture architecture) throws Exception {
        var first = new CallScript();
        var expected = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            var text = "line " + i + " " + "x".repeat(i % 100) + "\n";
            expected.append(text);
            first.must("line " + i, SystemCall.WRITE, OUTPUT, first.string(text), text.length());
        }
        first.nextList();
        var second = new CallScript();
        for (int i = 0; i < MANY; i++) {
            second.may(SystemCall.CLOSE, 999);
        }
        second.lastMessage();
        second.must("the descriptor 998", SystemCall.CLOSE, 998);
        var run = run(architecture, first, second);
        assertThat(run.output).isEqualTo(expected.toString());
        assertThat(CallRunner.failure(second, run.report).orElseThrow())
                .hasMessage("close of the descriptor 998: Bad file descriptor");
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void itEndsWhenTheWordThatItWaitsForCanNoLongerCome(Architecture architecture) throws Exception {
        var script = new CallScript();
        script.must("text", SystemCall.WRITE, OUTPUT, script.string("before"), 6);
        script.awaitWord();
        script.must("text", SystemCall.WRITE, OUTPUT, script.string("behind"), 6);
        var run = run(architecture, script);
        assertThat(run.output).isEqualTo("before");
        assertThat(run.ending).isEqualTo(new ChildProcess.Ending(false, 0));
        assertThat(CallRunner.failure(script, run.report)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void itEndsWhenNoListComesAnyMore(Architecture architecture) throws Exception {
        var script = new CallScript();
        script.must("text", SystemCall.WRITE, OUTPUT, script.string("first"), 5);
        script.nextList();
        var run = run(architecture, script);
        assertThat(run.output).isEqualTo("first");
        assertThat(run.ending).isEqualTo(new ChildProcess.Ending(false, 0));
        assertThat(run.report.hasRemaining()).isFalse();
    }

    private Run run(Architecture architecture, CallScript... scripts) throws Exception {
        ChildProcess.expectEndings();
        var control = MessagePair.open();
        try (var output = Pipe.open();
                var failures = Pipe.open()) {
            var process =
                    ChildProcess.adopt(spawn(architecture, control.theirs(), output.writeEnd(), failures.writeEnd()));
            try (process) {
                List.of(control.theirs(), output.writeEnd(), failures.writeEnd())
                        .forEach(Descriptor::close);
                var sender = Thread.ofPlatform().start(() -> sendAll(control, architecture, scripts));
                var written = readAll(output);
                sender.join();
                var report = readAll(failures);
                assertThat(process.awaitEnd(LIMIT)).isTrue();
                var ending = process.ending().orElseThrow();
                process.reap();
                return new Run(
                        ending, StandardCharsets.ISO_8859_1.decode(written).toString(), report);
            }
        }
    }

    /// Then no more comes. Whoever has failed does not take all.
    private static void sendAll(MessagePair control, Architecture architecture, CallScript... scripts) {
        try (control) {
            for (var script : scripts) {
                for (var message : script.messages(architecture)) {
                    control.send(message, LIMIT);
                }
            }
        } catch (OsException refused) {
            assertThat(refused.isEndOfReader()).isTrue();
        }
    }

    private int spawn(Architecture architecture, Descriptor control, Descriptor output, Descriptor failures)
            throws Exception {
        var descriptors =
                new TreeMap<>(Map.of(OUTPUT, output, CallRunner.CONTROL, control, CallRunner.FAILURES, failures));
        if (architecture == Architecture.OF_THIS_MACHINE) {
            try (var runner = CallRunner.open()) {
                return runner.spawn(descriptors);
            }
        }
        var emulator = Path.of("/usr/bin/qemu-" + architecture.name().toLowerCase(java.util.Locale.ROOT));
        assumeTrue(Files.isExecutable(emulator), "There is no " + emulator + " (package qemu-user)");
        var program = folder.resolve("runner");
        Files.write(program, CallRunner.elf(architecture));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        var command = List.of(emulator.toString(), program.toString());
        return new ProcessSpawn(emulator.toString(), command, Map.of(), "/", descriptors).spawn();
    }

    private static ByteBuffer readAll(Pipe pipe) throws Exception {
        var all = new ArrayList<byte[]>();
        var buffer = ReadBuffer.ofBytes(1 << 16);
        while (pipe.awaitInput(LIMIT)) {
            int length = pipe.readEnd().read(buffer);
            if (length == 0) {
                break;
            }
            var bytes = new byte[length];
            buffer.bytes(length).get(bytes);
            all.add(bytes);
        }
        var whole =
                ByteBuffer.allocate(all.stream().mapToInt(bytes -> bytes.length).sum());
        all.forEach(whole::put);
        return whole.flip();
    }
}
