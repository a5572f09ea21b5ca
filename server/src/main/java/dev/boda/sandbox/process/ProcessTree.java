package dev.boda.sandbox.process;

import dev.boda.os.Descriptor;
import dev.boda.os.OsException;
import dev.boda.os.ProcessTable;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.process.Steps.Step;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The processes of one sandbox, and what holds them together.
public interface ProcessTree {

    /// Readable once the first process has ended.
    Descriptor end();

    /// How the first process ended, if it has.
    Optional<Ending> ending() throws IOException;

    /// An end.
    ///
    /// @param peakBytes the most memory that the first process used, or one that it waited for; 0 if not known
    record Ending(Exit exit, long peakBytes) {}

    /// Kills, without waiting, what the first process left behind as far as that is at hand; [#kill(Duration)] finds
    /// the rest.
    void killRest();

    /// What they may use.
    ResourceGroup group();

    /// The ids of those that live, on this machine, without those that are Boda's own; as far as they are known where
    /// the group does not hold them.
    List<Integer> processes(ReadBuffer buffer) throws OsException;

    /// The runtime, on this machine, if it lives.
    Optional<ProcessTable.Entry> runtime();

    /// A TCP socket in their network, not connected yet. Blocks: called on a platform thread.
    default SocketChannel socket() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.INET);
    }

    /// Kills all and waits; whether all have ended in time. Blocks: called on a platform thread.
    boolean kill(Duration atMost) throws IOException;

    /// Removes what held them together. All have ended, or never will.
    List<Step> removal();

    /// Removes, after that, the files that they wrote: takes as long as the machine's disk does.
    void removeFiles() throws IOException;
}
