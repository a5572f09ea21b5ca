package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.ChildProcess;
import dev.boda.os.OsException;
import dev.boda.os.SystemCall;
import dev.boda.sandbox.ProgramRefusedException;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SharedMemory;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.egress.EgressUnavailable;
import dev.boda.sandbox.groups.ResourceGroups;
import dev.boda.sandbox.process.OpenSandboxes;
import dev.boda.sandbox.process.OwnLimits;
import dev.boda.sandbox.process.ProcessSandbox;
import dev.boda.sandbox.process.SandboxOutput;
import dev.boda.sandbox.process.Steps;
import dev.boda.sandbox.process.Steps.Step;
import dev.boda.sandbox.scratch.ScratchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts processes in namespaces of their own, without rights, in a root file system made for them.
public final class NamespaceSandboxProvider implements SandboxProvider {

    /// What the server gives.
    ///
    /// @param stateFolder this server's alone
    /// @param memoryBytes what all sandboxes may use together
    /// @param frontPort   of AWS's APIs inside
    /// @param egress      what the way out leads to
    public record Settings(Path stateFolder, long memoryBytes, int frontPort, Egress.Settings egress) {}

    private final Blanks.Parts parts;
    private final Blanks blanks;
    private final ScratchSpace scratch;
    private final SocketsInside sockets;
    private final OpenSandboxes sandboxes;
    private final OwnLimits limits;
    private final String noWayOut;

    /// @param noWayOut why there is no egress, where there is none
    private NamespaceSandboxProvider(
            Blanks.Parts parts, ScratchSpace scratch, OpenSandboxes sandboxes, OwnLimits limits, String noWayOut) {
        this.parts = parts;
        this.blanks = new Blanks(parts, limits);
        this.scratch = scratch;
        this.sockets = new SocketsInside(parts.runner(), parts.site().rights().userNamespace());
        this.sandboxes = sandboxes;
        this.limits = limits;
        this.noWayOut = noWayOut;
    }

    /// Gets ready, and starts a first sandbox to see that it can be done. Throws what refused it where it cannot.
    public static NamespaceSandboxProvider start(Settings settings) throws IOException {
        IOException first = null;
        for (var rights : Rights.toTry()) {
            try {
                return start(settings, rights);
            } catch (IOException refused) {
                if (first == null) {
                    first = refused;
                } else {
                    first.addSuppressed(refused);
                }
            }
        }
        throw first == null ? new IOException("No way to make namespaces") : first;
    }

    static NamespaceSandboxProvider start(Settings settings, Rights rights) throws IOException {
        ChildProcess.expectEndings();
        var folder = Files.createDirectories(settings.stateFolder()).toRealPath();
        var mountPoint = Files.createDirectories(folder.resolve("root"));
        ResourceGroups.removeLeftovers(folder);
        var undo = new ArrayDeque<Step>();
        try {
            var scratch = rights.userNamespace()
                    ? ScratchSpace.inMemory("it takes root.")
                    : ScratchSpace.onDisk(folder.resolve("tmp"));
            undo.push(scratch::close);
            var runner = CallRunner.open();
            undo.push(runner::close);
            var groups = ResourceGroups.start(folder, settings.memoryBytes());
            undo.push(groups::close);
            var wayOut = WayOut.start(folder, settings, rights);
            wayOut.egress().ifPresent(egress -> undo.push(egress::close));
            var sandboxes = OpenSandboxes.start();
            undo.push(sandboxes::close);
            groups.endWhenOutOfMemory(sandboxes.loop());
            groups.weighBurners();
            var site = new SandboxRoot.Site(
                    mountPoint.toString(), rights, scratch.disks().isPresent());
            var provider = new NamespaceSandboxProvider(
                    new Blanks.Parts(
                            folder.hashCode(),
                            runner,
                            site,
                            groups,
                            sandboxes.loop(),
                            wayOut.egress(),
                            settings.frontPort()),
                    scratch,
                    sandboxes,
                    OwnLimits.ofThisServer(),
                    wayOut.lacking());
            undo.clear();
            undo.push(provider::close);
            provider.rehearse();
            provider.blanks.refill();
            return provider;
        } catch (IOException | RuntimeException | Error refused) {
            Steps.takeAll(refused, undo);
            throw refused;
        }
    }

    /// @param lacking why there is none, where there is none
    private record WayOut(Optional<Egress> egress, String lacking) {

        static WayOut start(Path folder, Settings settings, Rights rights) throws IOException {
            if (rights.userNamespace()) {
                return new WayOut(Optional.empty(), "it takes root.");
            }
            try {
                return new WayOut(Optional.of(Egress.start(folder, settings.egress())), "");
            } catch (EgressUnavailable refused) {
                return new WayOut(Optional.empty(), String.valueOf(refused.getMessage()));
            }
        }
    }

    private void rehearse() throws IOException {
        var nothing = new Output() {
            @Override
            public void raw(java.nio.ByteBuffer bytes) {}

            @Override
            public void message(java.nio.ByteBuffer bytes) {}
        };
        var spec = new SandboxSpec(
                "rehearsal",
                new SandboxSpec.RootFileSystem.Host(List.of()),
                List.of(),
                SandboxSpec.Limits.of(128, 512),
                network(),
                identity(),
                List.of("/bin/sh", "-c", ":"),
                Map.of());
        start(spec, nothing, blanks.take()).close();
    }

    @Override
    public SandboxSpec.Network network() {
        return parts.egress().isPresent() ? SandboxSpec.Network.EGRESS : SandboxSpec.Network.NONE;
    }

    @Override
    public SandboxSpec.Identity identity() {
        return SandboxSpec.Identity.UNPRIVILEGED;
    }

    @Override
    public Optional<SharedMemory> memory() {
        return parts.groups().memory();
    }

    @Override
    public List<String> guarantees() {
        var sentences = new ArrayList<String>();
        boolean userNamespace = parts.site().rights().userNamespace();
        sentences.add(
                "Every environment has process, mount, network, IPC, host name and control group namespaces of its "
                        + "own" + (userNamespace ? ", in a user namespace of its own" : "")
                        + "; no capabilities, no new privileges, and a filter of system calls.");
        sentences.add(
                userNamespace
                        ? "User: the server's own outside, nobody of the machine's inside (uid 993)"
                                + (parts.site().rights().isRootOutside()
                                        ? "; here that is root: without its rights, but what belongs to root is its own."
                                        : ".")
                        : "User: a number of its own for every environment, which nobody else on the machine has.");
        sentences.add("Files: the machine's programs and libraries, the interpreter and the function's code, all "
                + "read-only; nothing else of the machine's files is seen. "
                + scratch.guarantee(parts.groups().limitMemory()));
        sentences.addAll(
                parts.groups().limits(Birth.limitsProcesses(parts.site().rights()) ? limits.processesGuarantee() : ""));
        sentences.add(limits.openFilesGuarantee());
        sentences.addAll(
                parts.egress().isPresent()
                        ? parts.egress().get().guarantees()
                        : List.of(
                                "Network: an environment has its own, in which it meets the Runtime API and Boda's AWS "
                                        + "APIs and nothing else. No way out: " + noWayOut));
        sentences.add(
                "The end: an environment's processes end with its first one, and all of them with the server, also "
                        + "when that is killed.");
        sentences.add(
                "A fault in the machine's kernel can open all of this: hostile code of strangers wants a machine of "
                        + "its own, or a stronger kind of sandbox.");
        return List.copyOf(sentences);
    }

    @Override
    public Sandbox start(SandboxSpec spec, Output output) throws IOException, InterruptedException {
        if (spec.command().isEmpty()) {
            throw new IOException("A sandbox needs a command");
        }
        var program = spec.command().getFirst();
        try {
            return sandboxes.start(() -> start(spec, output, blanks.take()));
        } catch (OsException refused) {
            throw refused.what().equals(SystemCall.EXECVE + " of " + program)
                    ? ProgramRefusedException.of(program, refused)
                    : refused;
        }
    }

    private ProcessSandbox start(SandboxSpec spec, Output output, Blanks.Prepared prepared) throws IOException {
        var undo = new ArrayDeque<Step>();
        undo.push(prepared::close);
        try {
            var disk = scratch.take(spec.limits().temporaryMegabytes());
            disk.ifPresent(its -> undo.push(its::close));
            prepared.group().limit(spec.limits());
            var blank = prepared.blank();
            var born = blank.start(Birth.script(SandboxOutput.told(spec), prepared.root(), limits), disk);
            undo.clear();
            return sandboxes.add(new ProcessSandbox.Parts(
                    spec.name(),
                    spec.limits(),
                    new InitTree(born, prepared.group(), prepared.link(), disk, sockets),
                    Optional.of(prepared.sockets()),
                    new SandboxOutput(
                            blank.output().readEnd(), blank.telemetry().readEnd(), output, sandboxes.buffers())));
        } catch (IOException | RuntimeException | Error refused) {
            Steps.takeAll(refused, undo);
            throw refused;
        }
    }

    /// Closes every sandbox that is still open, then the provider's own parts.
    @Override
    public void close() throws IOException {
        Steps.takeAll(List.of(sandboxes::close, blanks::close, scratch::close, parts::close));
    }
}
