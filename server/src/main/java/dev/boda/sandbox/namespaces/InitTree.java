package dev.boda.sandbox.namespaces;

import dev.boda.os.Descriptor;
import dev.boda.os.OsException;
import dev.boda.os.ProcessTable;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.egress.Link;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.process.PeakMemory;
import dev.boda.sandbox.process.ProcessTree;
import dev.boda.sandbox.process.Steps.Step;
import dev.boda.sandbox.scratch.ScratchDisk;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The processes below a sandbox's process 1: when that ends, the kernel ends them all, and then their namespaces.
///
/// @param link    its way out, if it has one
/// @param disk    where its /tmp is, if not in memory
/// @param sockets opens those that the server uses inside later
record InitTree(
        Blank.Born born, ResourceGroup group, Optional<Link> link, Optional<ScratchDisk> disk, SocketsInside sockets)
        implements ProcessTree {

    private static final int SIGKILL = 9;
    private static final int SIGNAL_BITS = 0x7f;
    private static final int STATUS_SHIFT = 8;
    private static final int STATUS_BITS = 0xff;
    private static final int KILOBYTE = 1_024;

    @Override
    public Descriptor end() {
        return born.init().descriptor();
    }

    /// How the runtime ended, as process 1 told it; one that was killed told nothing.
    @Override
    public Optional<Ending> ending() throws IOException {
        return born.init().ending().isEmpty() ? Optional.empty() : Optional.of(told());
    }

    private Ending told() throws OsException {
        var told = born.control().receiveNow().bytes();
        if (told.remaining() < Birth.TOLD_BYTES) {
            return new Ending(new Exit.Signal(SIGKILL), 0);
        }
        int status = told.getInt();
        int signal = status & SIGNAL_BITS;
        var exit = signal == 0 ? new Exit.Status(status >> STATUS_SHIFT & STATUS_BITS) : new Exit.Signal(signal);
        return new Ending(exit, told.getLong(Birth.TOLD_PEAK) * KILOBYTE);
    }

    @Override
    public void killRest() {
        // Process 1 has ended, and with it all others.
    }

    @Override
    public List<Integer> processes(ReadBuffer buffer) throws OsException {
        int own = born.init().pid();
        var all =
                group.holdsProcesses() ? group.processes(buffer) : ProcessTable.descendants(own, PeakMemory.MOST_ASKED);
        return all.stream().filter(pid -> pid != own).toList();
    }

    /// The first child of process 1, which may have adopted others since.
    @Override
    public Optional<ProcessTable.Entry> runtime() {
        return ProcessTable.firstChild(born.init().pid());
    }

    @Override
    public SocketChannel socket() throws IOException {
        var runtime = runtime().orElseThrow(() -> new ConnectException("The sandbox has no process any more"));
        return sockets.open(runtime.pid());
    }

    /// Version 1 of the control groups does not let go of what is frozen, not even of the killed.
    @Override
    public boolean kill(Duration atMost) throws IOException {
        born.init().kill();
        group.letEnd();
        group.thaw();
        return born.init().awaitEnd(atMost);
    }

    @Override
    public List<Step> removal() {
        var steps = new ArrayList<Step>(List.of(born.init()::reap, born.init()::close, born.control()::close));
        link.ifPresent(its -> steps.add(its::close));
        steps.add(group::remove);
        return steps;
    }

    @Override
    public void removeFiles() {
        disk.ifPresent(ScratchDisk::close);
    }
}
