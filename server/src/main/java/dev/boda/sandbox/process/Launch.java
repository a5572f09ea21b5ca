package dev.boda.sandbox.process;

import dev.boda.os.ChildProcess;
import dev.boda.os.EventLoop;
import dev.boda.os.Pipe;
import dev.boda.os.PlatformThreads;
import dev.boda.os.ProcessTable;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider.Output;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.groups.ResourceGroup;
import dev.boda.sandbox.groups.ResourceGroups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/// One start of a sandbox. Every step leaves behind how it is undone, until all have been taken.
final class Launch {

    private static final String LOG_STREAM = "AWS_LAMBDA_LOG_STREAM_NAME";

    private final SandboxSpec spec;
    private final Output output;
    private final Site site;
    private final Deque<Undo> undo = new ArrayDeque<>();

    /// The provider's parts.
    record Site(
            Path environments,
            ResourceGroups groups,
            EventLoop loop,
            PlatformThreads closers,
            ReadBuffers buffers,
            Set<ProcessSandbox> open) {}

    private interface Undo {
        void run() throws IOException;
    }

    Launch(SandboxSpec spec, Output output, Site site) {
        this.spec = spec;
        this.output = output;
        this.site = site;
    }

    /// Starts it, or leaves nothing. Blocks: called on a platform thread.
    Sandbox run() throws IOException {
        try {
            var sandbox = start();
            site.open().add(sandbox);
            return sandbox;
        } catch (IOException | RuntimeException failed) {
            while (!undo.isEmpty()) {
                undo(undo.pop(), failed);
            }
            throw failed;
        }
    }

    private static void undo(Undo step, Exception failed) {
        try {
            step.run();
        } catch (IOException | RuntimeException also) {
            failed.addSuppressed(also);
        }
    }

    private ProcessSandbox start() throws IOException {
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
        child.limitOpenFiles(spec.limits().openFiles());
        var marks = new ProcessMarks(
                child.pid(),
                ProcessTable.startTicks(child.pid()).orElse(0L),
                TranslatedPaths.temporary(folder.path()),
                null);
        folder.write(marks, ownVariable());
        var group = group(child, marks);
        var pipes = new SandboxOutput(raw.readEnd(), telemetry.readEnd(), output, site.buffers());
        var tree = new PlainTree(folder, child, marks, group, spec.limits());
        var sandbox = new ProcessSandbox(new ProcessSandbox.Parts(
                spec.name(),
                tree,
                new AtomicReference<>(Optional.empty()),
                pipes,
                site.closers(),
                site.buffers(),
                site.open()::remove));
        undo.push(pipes::end);
        sandbox.start(site.loop());
        return sandbox;
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
        group.endWhenOutOfMemory(site.loop());
        group.add(child.pid());
        if (group.holdsProcesses()) {
            site.buffers().borrow(buffer -> {
                marks.gather(group, buffer);
                return group;
            });
        }
        return group;
    }
}
