package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.CallScript;
import dev.boda.os.ChildProcess;
import dev.boda.os.Descriptor;
import dev.boda.os.InheritedSocket;
import dev.boda.os.MessagePair;
import dev.boda.os.Pipe;
import dev.boda.os.ReadBuffer;
import dev.boda.os.SystemCall;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.TreeMap;

/// Opens a socket in the network of a sandbox that runs already. A socket belongs to the network namespace that it was
/// made in, whoever connects it later. A process of many threads, such as this one, cannot enter a user namespace: so
/// one of a [CallRunner] goes there, makes the socket, gives it away and ends.
///
/// @param userNamespace whether sandboxes have one of their own
record SocketsInside(CallRunner runner, boolean userNamespace) {

    private static final Duration LONGEST_STEP = Duration.ofSeconds(5);
    private static final int REPORT_BYTES = 64;

    private static final int FIRST_OUTPUT = 1;

    /// The first descriptor that is free in the process.
    private static final int FREE = CallRunner.FAILURES + 1;

    /// A socket that is not connected yet. Blocks: called on a platform thread that lives until this returns.
    ///
    /// @param pid of a process inside
    SocketChannel open(int pid) throws IOException {
        var script = script(pid);
        try (var control = MessagePair.open();
                var failures = Pipe.open()) {
            try (var process = ChildProcess.adopt(spawn(control, failures))) {
                failures.writeEnd().close();
                control.theirs().close();
                try {
                    return take(script, control, failures);
                } finally {
                    process.kill();
                    process.awaitEnd(LONGEST_STEP);
                    process.reap();
                }
            }
        }
    }

    private static SocketChannel take(CallScript script, MessagePair control, Pipe failures) throws IOException {
        control.send(script, LONGEST_STEP);
        var given = control.receive(LONGEST_STEP).descriptors();
        if (given.isEmpty()) {
            throw failure(script, failures);
        }
        try (Descriptor socket = given.getFirst()) {
            return InheritedSocket.unconnected(socket);
        }
    }

    private int spawn(MessagePair control, Pipe failures) throws IOException {
        var descriptors = new TreeMap<Integer, Descriptor>();
        for (int output = FIRST_OUTPUT; output <= CallRunner.FAILURES; output++) {
            descriptors.put(output, failures.writeEnd());
        }
        descriptors.put(CallRunner.CONTROL, control.theirs());
        return runner.spawn(descriptors);
    }

    private CallScript script(int pid) {
        var script = new CallScript();
        var namespaces = "/proc/" + pid + "/ns/";
        int next = FREE;
        int user = userNamespace ? namespace(script, namespaces + "user", next++) : -1;
        int network = namespace(script, namespaces + "net", next++);
        if (userNamespace) {
            script.must("the user namespace", SystemCall.SETNS, user, Preparation.CLONE_NEWUSER);
        }
        script.must("the network namespace", SystemCall.SETNS, network, Preparation.CLONE_NEWNET);
        script.must("a socket", SystemCall.SOCKET, Preparation.AF_INET, Preparation.SOCK_STREAM, 0);
        Preparation.giveAway(script, next);
        script.may(SystemCall.EXIT_GROUP, 0);
        return script;
    }

    private static int namespace(CallScript script, String file, int descriptor) {
        script.must(file, SystemCall.OPENAT, Preparation.AT_FDCWD, script.string(file), 0, 0);
        return descriptor;
    }

    private static IOException failure(CallScript script, Pipe failures) throws IOException {
        var buffer = ReadBuffer.ofBytes(REPORT_BYTES);
        int length = failures.awaitInput(LONGEST_STEP) ? failures.readEnd().read(buffer) : 0;
        return CallRunner.failure(script, buffer.bytes(Math.max(0, length)))
                .<IOException>map(refused -> refused)
                .orElseGet(() -> new IOException("The process that opens a socket in a sandbox ended by itself"));
    }
}
