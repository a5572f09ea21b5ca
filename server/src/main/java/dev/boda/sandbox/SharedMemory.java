package dev.boda.sandbox;

import java.util.function.BooleanSupplier;

/// The memory that all sandboxes of a server may use together, and what happens when it runs out: first whoever knows
/// what can be spared is asked to make room, then the sandbox that is furthest over its share
/// ([Sandbox#share(long)]) ends with [Sandbox.Exit.OutOfMemory]. The others go on.
public interface SharedMemory {

    /// How much they may use together, in bytes. Beyond it room is made.
    long limitBytes();

    /// How much they use now, in bytes: what processes and the kernel hold for them, also for sandboxes that wait for
    /// a function. Files that were read or written are not counted: the kernel drops them when somebody needs the
    /// space. Takes some hundred microseconds.
    long usedBytes();

    /// Who makes room, once. `relieve` is called, by one thread of the provider's, when memory is scarce, again and
    /// again while it is. It may block a little: meanwhile processes that want memory stand still. True says that
    /// something was ended and its memory is about to be free; false, that nothing can be spared.
    void whenScarce(BooleanSupplier relieve);
}
