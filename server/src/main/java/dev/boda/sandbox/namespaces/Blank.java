package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.CallScript;
import dev.boda.os.ChildProcess;
import dev.boda.os.InheritedSocket;
import dev.boda.os.MessagePair;
import dev.boda.os.OsException;
import dev.boda.os.Pipe;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.process.SandboxOutput;
import dev.boda.sandbox.process.Steps;
import dev.boda.sandbox.process.Steps.Step;
import dev.boda.sandbox.scratch.ScratchDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A process that waits for its function, in namespaces of its own that nothing has happened in yet.
///
/// It reports a failing system call through a pipe that every process of the sandbox closes when it has done its part:
/// its end says that the runtime runs.
final class Blank implements AutoCloseable {

    /// Far longer than any step takes, on a machine that still works.
    private static final Duration LONGEST_STEP = Duration.ofSeconds(20);

    private static final Logger log = LoggerFactory.getLogger(Blank.class);

    private static final int OUTPUT = 1;
    private static final int ERRORS = 2;
    private static final int REPORT_BYTES = 64;
    private static final int SOCKETS = 3;

    private final ChildProcess process;
    private final MessagePair control;
    private final Pipe failures;
    private final Pipe output;
    private final Pipe telemetry;

    private Blank(ChildProcess process, MessagePair control, Pipes pipes) {
        this.process = process;
        this.control = control;
        this.failures = pipes.failures;
        this.output = pipes.output;
        this.telemetry = pipes.telemetry;
    }

    private record Pipes(Pipe failures, Pipe output, Pipe telemetry) {}

    /// Starts the process. It ends with the calling thread.
    static Blank spawn(CallRunner runner) throws IOException {
        var undo = new ArrayDeque<Step>();
        try {
            var control = MessagePair.open();
            undo.push(control::close);
            var pipes = new Pipes(pipe(undo), pipe(undo), pipe(undo));
            int pid = runner.spawn(new TreeMap<>(Map.of(
                    OUTPUT,
                    pipes.output.writeEnd(),
                    ERRORS,
                    pipes.output.writeEnd(),
                    SandboxOutput.TELEMETRY_DESCRIPTOR,
                    pipes.telemetry.writeEnd(),
                    CallRunner.CONTROL,
                    control.theirs(),
                    CallRunner.FAILURES,
                    pipes.failures.writeEnd())));
            var process = ChildProcess.adopt(pid);
            pipes.output.writeEnd().close();
            pipes.telemetry.writeEnd().close();
            pipes.failures.writeEnd().close();
            control.theirs().close();
            return new Blank(process, control, pipes);
        } catch (IOException | RuntimeException | Error refused) {
            Steps.takeAll(refused, undo);
            throw refused;
        }
    }

    private static Pipe pipe(Deque<Step> undo) throws IOException {
        var pipe = Pipe.open();
        undo.push(pipe::close);
        return pipe;
    }

    Pipe output() {
        return output;
    }

    Pipe telemetry() {
        return telemetry;
    }

    /// The process' id, of which its namespaces are known until it has its function.
    int pid() {
        return process.pid();
    }

    /// Whether it still waits.
    boolean lives() throws IOException {
        return process.ending().isEmpty();
    }

    /// Lets it prepare, and takes the sockets that it has opened.
    InsideSockets prepare(CallScript preparation) throws IOException {
        control.send(preparation, LONGEST_STEP);
        var message = control.receive(LONGEST_STEP);
        var given = message.descriptors();
        if (given.size() != SOCKETS) {
            given.forEach(descriptor -> descriptor.close());
            // A kernel that has no room for descriptors gives fewer, to a blank that is well.
            throw message.bytes().hasRemaining()
                    ? new IOException("The server has too many open files to take the sockets of a sandbox")
                    : failure(preparation);
        }
        var undo = new ArrayDeque<Step>();
        try {
            var runtimeApi = InheritedSocket.listening(given.get(0));
            undo.push(runtimeApi::close);
            var aws = InheritedSocket.listening(given.get(1));
            undo.push(aws::close);
            return new InsideSockets(runtimeApi, aws, InheritedSocket.datagrams(given.get(2)));
        } catch (IOException | RuntimeException | Error refused) {
            Steps.takeAll(refused, undo);
            throw refused;
        } finally {
            given.forEach(descriptor -> descriptor.close());
        }
    }

    /// Gives it its function: the sandbox's first process, whose child is the runtime. Through `control` that process
    /// tells how the runtime ended. Both are the caller's now; the rest of the blank has ended.
    ///
    /// @param disk for the sandbox's /tmp, if it has one
    Born start(CallScript birth, Optional<ScratchDisk> disk) throws IOException {
        sendAll(birth);
        var told = control.receive(LONGEST_STEP).bytes();
        if (told.remaining() < Long.BYTES) {
            throw failure(birth);
        }
        var init = ChildProcess.adopt((int) told.getLong());
        try {
            goOn(disk);
            if (!failures.awaitInput(LONGEST_STEP)) {
                throw new IOException("The sandbox did not start in " + LONGEST_STEP.toSeconds() + " s");
            }
            var buffer = ReadBuffer.ofBytes(REPORT_BYTES);
            int length = failures.readEnd().read(buffer);
            if (length > 0) {
                throw CallRunner.failure(birth, buffer.bytes(length)).orElseThrow();
            }
            end(process);
        } catch (IOException | RuntimeException | Error failed) {
            Steps.takeAll(failed, List.of(() -> end(init)));
            throw failed;
        }
        failures.close();
        return new Born(init, control);
    }

    /// One that has failed does not take the rest of a long list; why is in its report.
    private void sendAll(CallScript birth) throws OsException {
        try {
            control.send(birth, LONGEST_STEP);
        } catch (OsException refused) {
            if (!refused.isEndOfReader()) {
                throw refused;
            }
            log.debug("A sandbox ended before it had its whole list", refused);
        }
    }

    /// Process 1 waits for this before the runtime starts: what it tells of a runtime that ends at once comes after
    /// its own id, which the blank tells. One that has failed does not wait; why is in its report.
    private void goOn(Optional<ScratchDisk> disk) {
        try {
            if (disk.isPresent()) {
                control.send(disk.get().descriptor(), LONGEST_STEP);
            } else {
                control.send(new byte[1], LONGEST_STEP);
            }
        } catch (OsException ended) {
            log.debug("A sandbox ended before it had its /tmp", ended);
        }
    }

    /// What runs now.
    ///
    /// @param init    process 1 inside
    /// @param control where it tells the runtime's status
    record Born(ChildProcess init, MessagePair control) {}

    private IOException failure(CallScript script) throws IOException {
        if (!failures.awaitInput(LONGEST_STEP)) {
            return new IOException("The process that makes a sandbox is stuck");
        }
        var buffer = ReadBuffer.ofBytes(REPORT_BYTES);
        int length = failures.readEnd().read(buffer);
        return CallRunner.failure(script, buffer.bytes(Math.max(0, length)))
                .<IOException>map(refused -> refused)
                .orElseGet(() -> new IOException("The process that makes a sandbox ended by itself"));
    }

    private static void end(ChildProcess child) throws IOException {
        child.kill();
        child.awaitEnd(LONGEST_STEP);
        child.reap();
        child.close();
    }

    /// Ends a blank that has no function, or has failed to get one: also a process 1 that it could not tell of.
    @Override
    public void close() throws IOException {
        try {
            process.endGroup(LONGEST_STEP);
            process.close();
        } finally {
            control.close();
            failures.close();
            output.close();
            telemetry.close();
        }
    }
}
