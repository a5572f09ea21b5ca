package dev.boda.sandbox.process;

import dev.boda.os.ChildProcess;
import dev.boda.os.ControlGroup;
import dev.boda.os.Descriptor;
import dev.boda.os.MountNamespace;
import dev.boda.os.OsException;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A process of the machine with its descendants, held together by a control group, or found by marks.
record PlainTree(
        SandboxFolder folder,
        ChildProcess child,
        ProcessMarks marks,
        @Nullable MountNamespace namespace,
        @Nullable ControlGroup group)
        implements ProcessTree {

    @Override
    public Descriptor end() {
        return child.descriptor();
    }

    @Override
    public Optional<Exit> ending() throws OsException {
        return child.ending()
                .map(how -> how.bySignal() ? new Exit.Signal(how.number()) : new Exit.Status(how.number()));
    }

    @Override
    public void killRest() {
        child.killGroup();
    }

    @Override
    public List<Integer> processes(ReadBuffer buffer) throws OsException {
        return group == null ? List.of(child.pid()) : group.processes(buffer);
    }

    @Override
    public void freeze() throws OsException {
        if (group != null) {
            group.freeze();
        }
    }

    @Override
    public void thaw() throws OsException {
        if (group != null) {
            group.thaw();
        }
    }

    @Override
    public void limitCpu() {}

    @Override
    public boolean kill(Duration atMost) throws IOException {
        child.killGroup();
        boolean all = group == null ? ProcessMarks.kill(List.of(marks), atMost) : group.kill(atMost);
        return child.awaitEnd(atMost) && all;
    }

    @Override
    public List<Step> removal() {
        var steps = new ArrayList<Step>(List.of(child::reap, child::close));
        if (namespace != null) {
            steps.add(namespace::close);
        }
        if (group != null) {
            steps.add(group::remove);
        }
        steps.add(folder::remove);
        return steps;
    }
}
