package dev.boda.sandbox;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;

/// A running sandbox. Owns everything that belongs to it: after [#close()] nothing of it is left.
public interface Sandbox extends AutoCloseable {

    /// Runs `action` once when the first process has ended, by itself or by [#close()]; at once if it has already.
    /// By then all its output has been delivered. Called on a thread of the sandbox: it must not block.
    void onExit(Consumer<Exit> action);

    /// Delivers, before it returns, everything that the processes inside had written when it was called.
    void drainOutput();

    /// The most memory that the sandbox's processes have used at once since the start, in bytes, as far as it was seen;
    /// never more than the limit. 0 if not known.
    long peakMemoryBytes();

    /// The memory that everything inside uses now, in bytes: what processes and the kernel hold, also while it stands
    /// still. Files that were read or written are not counted, unless they are in memory. 0 if not known.
    default long memoryBytes() {
        return 0;
    }

    /// The CPU time that everything inside has used so far, in nanoseconds, the ended included; -1 if not known.
    default long cpuNanos() {
        return -1;
    }

    /// With how many bytes whoever places sandboxes counts this one. When all together have no memory left, the one
    /// ends that is furthest over its share. Until it is told, the share is the limit.
    default void share(long bytes) {}

    /// The sockets that the server serves inside, once; empty where the network is the machine's own. Whoever takes
    /// them closes them.
    Optional<InsideSockets> takeSockets();

    /// A TCP socket of the network inside, not connected yet: `127.0.0.1` is there what it is to the processes. Blocks
    /// the calling (virtual) thread, never its carrier. A [java.net.ConnectException] says that none
    /// runs any more.
    default SocketChannel socketInside() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.INET);
    }

    /// From now on the processes get the CPU time that their memory size is worth, and no more. Until then they get
    /// all there is. A kind that cannot limit does nothing.
    void limitCpu();

    /// Init is over: from now on, when several want a processor, this one weighs as much as others that are warm.
    /// Until then it weighs less. A kind that cannot weigh does nothing.
    default void initialised() {}

    /// Lets it stand still: no process inside gets CPU time until [#thaw()], and what arrives at its sockets waits.
    /// Whether it does: a kind that cannot freeze does nothing, nor does one that is closing. Processes stand still
    /// within a moment of this, not when it returns. Takes some tens of microseconds and does not wait for them.
    boolean freeze();

    /// Goes on after [#freeze()], at once; harmless without one. Whether anything was done.
    boolean thaw();

    /// Asks the runtime to end: sends it SIGTERM, as AWS does, if it has registered a handler for that; goes on first
    /// if it stands still. Whether it was sent: if nobody would hear it, nothing is. Returns at once:
    /// [#onExit(Consumer)] tells of the end, and whoever has waited long enough calls [#close()].
    default boolean terminate() {
        return false;
    }

    /// Ends every process inside and removes what belongs to the sandbox. Idempotent; returns when it is done.
    @Override
    void close();

    /// How the first process ended.
    sealed interface Exit {

        /// It returned this status.
        record Status(int code) implements Exit {}

        /// It was ended by this signal.
        record Signal(int number) implements Exit {}

        /// It used more memory than it was allowed to, or all together had no more and it was furthest over its share.
        record OutOfMemory() implements Exit {}
    }
}
