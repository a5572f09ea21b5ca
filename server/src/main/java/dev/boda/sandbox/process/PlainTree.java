package dev.boda.sandbox.process;

import dev.boda.os.ChildProcess;
import dev.boda.os.Descriptor;
import dev.boda.os.OsException;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.SandboxSpec.Limits;
import dev.boda.sandbox.groups.ResourceGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A process of the machine with its descendants, held together by a control group, or found by marks.
record PlainTree(SandboxFolder folder, ChildProcess child, ProcessMarks marks, ResourceGroup group, Limits limits)
        implements ProcessTree {

    @Override
    public Descriptor end() {
        return child.descriptor();
    }

    @Override
    public Optional<Exit> ending() throws IOException {
        var ending = child.ending();
        return ending.isEmpty() ? Optional.empty() : Optional.of(group.explain(exit(ending.get())));
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
        return group.holdsProcesses() ? group.processes(buffer) : List.of(child.pid());
    }

    @Override
    public long memoryLimitBytes() {
        return group.memoryLimitBytes();
    }

    @Override
    public void freeze() throws IOException {
        group.freeze();
    }

    @Override
    public void thaw() throws IOException {
        group.thaw();
    }

    @Override
    public void limitCpu() throws IOException {
        group.limitCpu(limits.memoryMegabytes());
    }

    @Override
    public boolean kill(Duration atMost) throws IOException {
        child.killGroup();
        boolean all = group.holdsProcesses() ? group.kill(atMost) : ProcessMarks.kill(List.of(marks), atMost);
        return child.awaitEnd(atMost) && all;
    }

    @Override
    public List<Step> removal() {
        var steps = new ArrayList<Step>(List.of(child::reap, child::close));
        steps.add(group::remove);
        steps.add(folder::remove);
        return steps;
    }
}
