package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.ChildProcess;
import dev.boda.os.EventLoop;
import dev.boda.os.PlatformThreads;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.egress.EgressUnavailable;
import dev.boda.sandbox.groups.ResourceGroups;
import dev.boda.sandbox.process.ProcessSandbox;
import dev.boda.sandbox.process.ReadBuffers;
import dev.boda.sandbox.process.SandboxOutput;
import dev.boda.sandbox.scratch.ScratchDisk;
import dev.boda.sandbox.scratch.ScratchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/// Starts processes in namespaces of their own, without rights, in a root file system made for them.
public final class NamespaceSandboxProvider implements SandboxProvider {

    private static final int MOST_STARTS_AT_ONCE = 8;
    private static final int MOST_CLOSES_AT_ONCE = 8;

    /// What the server gives.
    ///
    /// @param stateFolder this server's alone
    /// @param frontPort   of AWS's APIs inside
    /// @param egress      what the way out leads to
    public record Settings(Path stateFolder, int frontPort, Egress.Settings egress) {}

    private final Blanks.Parts parts;
    private final Blanks blanks;
    private final Birth.Site site;
    private final ScratchSpace scratch;
    private final String noWayOut;
    private final EventLoop loop = EventLoop.start("sandbox-events");
    private final PlatformThreads starters = PlatformThreads.start("sandbox-start", MOST_STARTS_AT_ONCE);
    private final PlatformThreads closers = PlatformThreads.start("sandbox-close", MOST_CLOSES_AT_ONCE);
    private final ReadBuffers buffers = new ReadBuffers();
    private final Set<ProcessSandbox> open = ConcurrentHashMap.newKeySet();

    /// @param noWayOut why there is no egress, where there is none
    private NamespaceSandboxProvider(Blanks.Parts parts, Birth.Site site, ScratchSpace scratch, String noWayOut)
            throws IOException {
        this.parts = parts;
        this.blanks = new Blanks(parts);
        this.site = site;
        this.scratch = scratch;
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
        var scratch = rights.userNamespace()
                ? ScratchSpace.inMemory("it takes root.")
                : ScratchSpace.onDisk(folder.resolve("tmp"));
        var site = new Birth.Site(mountPoint.toString(), rights, scratch.disks().isPresent());
        NamespaceSandboxProvider provider;
        try {
            provider = start(settings, rights, folder, site, scratch);
        } catch (IOException | RuntimeException refused) {
            scratch.close();
            throw refused;
        }
        try {
            provider.rehearse();
        } catch (IOException | RuntimeException | Error refused) {
            Steps.takeAll(refused, List.of(provider::close));
            throw refused;
        }
        provider.blanks.refill();
        return provider;
    }

    private static NamespaceSandboxProvider start(
            Settings settings, Rights rights, Path folder, Birth.Site site, ScratchSpace scratch) throws IOException {
        var runner = CallRunner.open();
        var groups = ResourceGroups.start(folder);
        Optional<Egress> egress = Optional.empty();
        var noWayOut = "it takes root.";
        if (!rights.userNamespace()) {
            try {
                egress = Optional.of(Egress.start(folder, settings.egress()));
            } catch (EgressUnavailable refused) {
                noWayOut = String.valueOf(refused.getMessage());
            }
        }
        var parts = new Blanks.Parts(folder.hashCode(), runner, rights, groups, egress, settings.frontPort());
        try {
            return new NamespaceSandboxProvider(parts, site, scratch, noWayOut);
        } catch (IOException | RuntimeException refused) {
            parts.close();
            throw refused;
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
        starters.call(() -> start(spec, nothing, blanks.take())).close();
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
    public List<String> guarantees() {
        var sentences = new ArrayList<String>();
        boolean userNamespace = parts.rights().userNamespace();
        sentences.add(
                "Every environment has process, mount, network, IPC, host name and control group namespaces of its "
                        + "own" + (userNamespace ? ", in a user namespace of its own" : "")
                        + "; no capabilities, no new privileges, and a filter of system calls.");
        sentences.add(
                userNamespace
                        ? "User: the server's own outside, nobody of the machine's inside (uid 993)"
                                + (parts.rights().isRootOutside()
                                        ? "; here that is root: without its rights, but what belongs to root is its own."
                                        : ".")
                        : "User: a number of its own for every environment, which nobody else on the machine has.");
        sentences.add("Files: the machine's programs and libraries, the interpreter and the function's code, all "
                + "read-only; nothing else of the machine's files is seen. " + scratch.guarantee());
        sentences.addAll(parts.groups().limits());
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
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return starters.call(() -> start(spec, output, blanks.take()));
    }

    private ProcessSandbox start(SandboxSpec spec, Output output, Blanks.Prepared prepared) throws IOException {
        var blank = prepared.blank();
        Optional<ScratchDisk> disk = Optional.empty();
        Blank.Born born;
        try {
            disk = scratch.take(spec.limits().temporaryMegabytes());
            prepared.group().limit(spec.limits());
            prepared.group().endWhenOutOfMemory(loop);
            born = blank.start(Birth.script(SandboxOutput.told(spec), blank.identities(), site), disk);
        } catch (IOException | RuntimeException | Error refused) {
            var taken = disk;
            Steps.takeAll(refused, List.of(prepared::close, () -> taken.ifPresent(ScratchDisk::close)));
            throw refused;
        }
        var sandbox = new ProcessSandbox(new ProcessSandbox.Parts(
                spec.name(),
                new InitTree(born, prepared.group(), prepared.link(), disk, spec.limits()),
                new AtomicReference<>(Optional.of(prepared.sockets())),
                new SandboxOutput(blank.output().readEnd(), blank.telemetry().readEnd(), output, buffers),
                closers,
                buffers,
                open::remove));
        open.add(sandbox);
        try {
            sandbox.start(loop);
        } catch (IOException | RuntimeException refused) {
            sandbox.close();
            throw refused;
        }
        return sandbox;
    }

    /// Closes every sandbox that is still open, then the provider's own parts.
    @Override
    public void close() throws IOException {
        starters.close();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            open.forEach(sandbox -> threads.execute(sandbox::close));
        }
        Steps.takeAll(List.of(closers::close, loop::close, blanks::close, scratch::close, parts::close));
    }
}
