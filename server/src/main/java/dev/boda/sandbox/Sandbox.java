package dev.boda.sandbox;

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

    /// The sockets that the server serves inside, once; empty where the network is the machine's own. Whoever takes
    /// them closes them.
    Optional<InsideSockets> takeSockets();

    /// From now on the processes get the CPU time that their memory size is worth, and no more. Until then they get
    /// all there is. A kind that cannot limit does nothing.
    void limitCpu();

    /// Stands still: no process inside gets CPU time. A kind that cannot freeze does nothing.
    void freeze();

    /// Goes on after [#freeze()].
    void thaw();

    /// Ends every process inside and removes what belongs to the sandbox. Idempotent; returns when it is done.
    @Override
    void close();

    /// How the first process ended.
    sealed interface Exit {

        /// It returned this status.
        record Status(int code) implements Exit {}

        /// It was ended by this signal.
        record Signal(int number) implements Exit {}

        /// It used more memory than it was allowed to.
        record OutOfMemory() implements Exit {}
    }
}
