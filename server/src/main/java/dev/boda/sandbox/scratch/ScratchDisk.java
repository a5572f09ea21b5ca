package dev.boda.sandbox.scratch;

import dev.boda.os.Descriptor;
import dev.boda.os.FreshMount;

/// An empty disk of one environment, mounted but lying nowhere yet: the environment's first process puts it into its
/// own view of files.
///
/// @param megabytes how much can be written to it
public record ScratchDisk(int megabytes, FreshMount mount) implements AutoCloseable {

    /// For the process that puts it somewhere.
    public Descriptor descriptor() {
        return mount.descriptor();
    }

    /// Lets go of it: with the environment's end, or this, whatever is later, all of it is gone. Blocks for
    /// milliseconds, longer if much was written to it just now: called on a platform thread.
    @Override
    public void close() {
        mount.close();
    }
}
