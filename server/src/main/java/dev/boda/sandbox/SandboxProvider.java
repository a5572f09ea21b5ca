package dev.boda.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// One kind of isolation.
public interface SandboxProvider extends AutoCloseable {

    /// Starts the command of `spec`. Blocks the calling (virtual) thread, never its carrier, until the process is
    /// started. When it throws, nothing is left behind. What the disk does not take is an
    /// unchecked exception that says where, why and what to do.
    Sandbox start(SandboxSpec spec, Output output) throws IOException, InterruptedException;

    /// The network that this kind gives: [SandboxSpec.Network#HOST], or one of the environment's own, in which the
    /// server is met at the addresses of [InsideSockets].
    SandboxSpec.Network network();

    /// Who the processes are in this kind.
    SandboxSpec.Identity identity();

    /// The memory that the sandboxes of this kind share; empty where no group limits it.
    default Optional<SharedMemory> memory() {
        return Optional.empty();
    }

    /// What this kind enforces and what it does not, a sentence each, for the start line and `doctor`.
    List<String> guarantees();

    /// Closes every sandbox that is still open. A kind that holds nothing does nothing.
    @Override
    default void close() throws IOException {}

    /// Receives what the processes inside write. Called by one thread at a time, in order; must not block for long:
    /// while it does, the writers inside are held.
    interface Output {

        /// Bytes written to standard output or standard error. The buffer is valid during the call only.
        void raw(ByteBuffer bytes);

        /// One whole message that a runtime client framed on its log descriptor, line ends included.
        void message(ByteBuffer bytes);

        /// How long to wait before more is read, in milliseconds: whoever writes waits, too, once the pipe is full.
        default long pauseMillis() {
            return 0;
        }
    }
}
