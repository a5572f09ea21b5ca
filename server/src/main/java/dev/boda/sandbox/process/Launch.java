package dev.boda.sandbox.process;

import dev.boda.os.ChildProcess;
import dev.boda.os.Pipe;
import dev.boda.os.ProcessTable;
import dev.boda.sandbox.SandboxProvider.Output;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.groups.ResourceGroups;
import dev.boda.sandbox.process.Steps.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One start of a sandbox. Every step leaves behind how it is undone, until all have been taken.
final class Launch {

    private static final String LOG_STREAM = "AWS_LAMBDA_LOG_STREAM_NAME";

    private final SandboxSpec spec;
    private final Output output;
    private final Site site;
    private final Deque<Step> undo = new ArrayDeque<>();

    /// The provider's parts.
    record Site(Path environments, ResourceGroups groups, OpenSandboxes sandboxes, OwnLimits limits) {}

    Launch(SandboxSpec spec, Output output, Site site) {
        this.spec = spec;
        this.output = output;
        this.site = site;
    }

    /// Starts it, or leaves nothing. Blocks: called on a platform thread.
    ProcessSandbox run() throws IOException {
        try {
            var parts = start();
            undo.clear();
            return site.sandboxes().add(parts);
        } catch (IOException | RuntimeException | Error failed) {
            Steps.takeAll(failed, undo);
            throw failed;
        }
    }

    private ProcessSandbox.Parts start() throws IOException {
        var folder = SandboxFolder.create(site.environments(), spec.name());
        undo.push(folder::remove);
        var raw = pipe();
        var telemetry = pipe();
        var descriptors = new TreeMap<>(
                Map.of(1, raw.writeEnd(), 2, raw.writeEnd(), SandboxOutput.TELEMETRY_DESCRIPTOR, telemetry.writeEnd()));
        int pid = TranslatedPaths.spawn(SandboxOutput.told(spec), folder.path(), descriptors);
        raw.writeEnd().close();
        telemetry.writeEnd().close();
        var child = adopt(pid);
        child.endBeforeTheServer();
        child.limitOpenFiles(site.limits().bound(spec.limits()).openFiles());
        var marks = new ProcessMarks(
                child.pid(),
                ProcessTable.startTicks(child.pid()).orElse(0L),
                TranslatedPaths.temporary(folder.path()),
                null);
        folder.write(marks, ownVariable());
        var group = group(child, marks);
        return new ProcessSandbox.Parts(
                spec.name(),
                spec.limits(),
                new PlainTree(folder, child, marks, group),
                Optional.empty(),
                new SandboxOutput(
                        raw.readEnd(),
                        telemetry.readEnd(),
                        output,
                        site.sandboxes().buffers()));
    }

    /// What this sandbox is started with and no other: every environment has a log stream of its own.
    private String ownVariable() {
        var stream = spec.environment().get(LOG_STREAM);
        return stream == null ? SandboxOutput.TELEMETRY_VARIABLE : LOG_STREAM + "=" + stream;
    }

    private Pipe pipe() throws IOException {
        var pipe = Pipe.open();
        undo.push(pipe::close);
        return pipe;
    }

    private ChildProcess adopt(int pid) throws IOException {
        var child = ChildProcess.adopt(pid);
        undo.push(() -> {
            child.killGroup();
            child.awaitEnd(ProcessSandbox.LONGEST_KILL);
            child.reap();
            child.close();
        });
        return child;
    }

    /// Puts the child under limits, with what it may have started already.
    private ResourceGroup group(ChildProcess child, ProcessMarks marks) throws IOException {
        var group = site.groups().create(spec.name());
        undo.push(() -> {
            group.kill(ProcessSandbox.LONGEST_KILL);
            group.remove();
        });
        group.limit(spec.limits());
        group.endWhenOutOfMemory(site.sandboxes().loop());
        group.add(child.pid());
        if (group.holdsProcesses()) {
            site.sandboxes().buffers().borrow(buffer -> {
                marks.gather(group, buffer);
                return group;
            });
        }
        return group;
    }
}
