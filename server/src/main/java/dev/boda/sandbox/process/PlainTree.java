package dev.boda.sandbox.process;

import dev.boda.os.ChildProcess;
import dev.boda.os.Descriptor;
import dev.boda.os.OsException;
import dev.boda.os.ProcessTable;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.process.Steps.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A process of the machine with its descendants, held together by a control group, or found by marks.
record PlainTree(SandboxFolder folder, ChildProcess child, ProcessMarks marks, ResourceGroup group)
        implements ProcessTree {

    @Override
    public Descriptor end() {
        return child.descriptor();
    }

    /// The kernel would tell the peak as well, but counts in it what the process had before it became the function's:
    /// that was the server's memory.
    @Override
    public Optional<Ending> ending() throws IOException {
        return child.ending().map(how -> new Ending(exit(how), 0));
    }

    private static Exit exit(ChildProcess.Ending how) {
        return how.bySignal() ? new Exit.Signal(how.number()) : new Exit.Status(how.number());
    }

    @Override
    public void killRest() {
        child.killGroup();
    }

    @Override
    public List<Integer> processes(ReadBuffer buffer) throws OsException {
        return group.holdsProcesses()
                ? group.processes(buffer)
                : ProcessTable.descendants(child.pid(), PeakMemory.MOST_ASKED);
    }

    @Override
    public Optional<ProcessTable.Entry> runtime() {
        return ProcessTable.find(child.pid());
    }

    @Override
    public boolean kill(Duration atMost) throws IOException {
        child.killGroup();
        boolean all = group.holdsProcesses() ? group.kill(atMost) : ProcessMarks.kill(List.of(marks), atMost);
        return child.awaitEnd(atMost) && all;
    }

    @Override
    public List<Step> removal() {
        return List.of(child::reap, child::close, group::remove);
    }

    @Override
    public void removeFiles() throws IOException {
        folder.remove();
    }
}
