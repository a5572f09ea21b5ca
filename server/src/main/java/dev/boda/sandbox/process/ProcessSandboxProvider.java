package dev.boda.sandbox.process;

import dev.boda.os.ChildProcess;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SharedMemory;
import dev.boda.sandbox.groups.ResourceGroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts plain processes. Works for every user; with more rights more is real ([#guarantees()]).
public final class ProcessSandboxProvider implements SandboxProvider {

    private static final Logger log = LoggerFactory.getLogger(ProcessSandboxProvider.class);

    private final Launch.Site site;

    private ProcessSandboxProvider(Launch.Site site) {
        this.site = site;
    }

    /// Removes what an earlier server left in `stateFolder`, which is this server's alone, and gets ready with all that
    /// this machine allows.
    ///
    /// @param memoryBytes what all sandboxes may use together
    public static ProcessSandboxProvider start(Path stateFolder, long memoryBytes) throws IOException {
        return start(stateFolder, memoryBytes, true);
    }

    /// @param grouped whether control groups are to be used, where there are any
    static ProcessSandboxProvider start(Path stateFolder, long memoryBytes, boolean grouped) throws IOException {
        ChildProcess.expectEndings();
        var folder = Files.createDirectories(stateFolder).toRealPath();
        ResourceGroups.removeLeftovers(folder);
        var environments = Files.createDirectories(folder.resolve("environments"));
        removeLeftovers(environments);
        var groups = grouped
                ? ResourceGroups.start(folder, memoryBytes)
                : ResourceGroups.none("control groups are not wanted");
        var sandboxes = OpenSandboxes.start();
        groups.endWhenOutOfMemory(sandboxes.loop());
        groups.weighBurners();
        return new ProcessSandboxProvider(new Launch.Site(environments, groups, sandboxes, OwnLimits.ofThisServer()));
    }

    private static void removeLeftovers(Path environments) throws IOException {
        var left = new ArrayList<SandboxFolder>();
        var marks = new ArrayList<ProcessMarks>();
        try (var folders = Files.newDirectoryStream(environments)) {
            for (var path : folders) {
                var folder = new SandboxFolder(path);
                left.add(folder);
                marks.add(folder.read());
            }
        }
        if (!left.isEmpty()) {
            ProcessMarks.kill(marks, ProcessSandbox.LONGEST_KILL);
            for (var folder : left) {
                folder.remove();
            }
            log.info("Removed {} execution environments that an earlier server left", left.size());
        }
    }

    @Override
    public SandboxSpec.Network network() {
        return SandboxSpec.Network.HOST;
    }

    @Override
    public SandboxSpec.Identity identity() {
        return SandboxSpec.Identity.SERVER;
    }

    @Override
    public Optional<SharedMemory> memory() {
        return site.groups().memory();
    }

    @Override
    public List<String> guarantees() {
        var sentences = new ArrayList<String>();
        sentences.add("This is a plain process of the server's own user, not a security boundary: a function can read, "
                + "signal and change what the server can.");
        sentences.addAll(TranslatedPaths.guarantees());
        sentences.addAll(site.groups().guarantees());
        sentences.add("Network: the machine's own, with every address that the machine reaches.");
        sentences.add(site.limits().openFilesGuarantee());
        if (!site.groups().holdProcesses()) {
            sentences.add("The end: without a writable control group an environment's processes are found "
                    + "by parentage, session and TMPDIR; one that hides all three survives. Environments "
                    + "are not frozen between invocations.");
        }
        return List.copyOf(sentences);
    }

    @Override
    public Sandbox start(SandboxSpec spec, Output output) throws IOException, InterruptedException {
        refuseWhatIsNotBuilt(spec);
        return site.sandboxes().start(new Launch(spec, output, site)::run);
    }

    private static void refuseWhatIsNotBuilt(SandboxSpec spec) throws IOException {
        if (!(spec.root() instanceof SandboxSpec.RootFileSystem.Host)) {
            throw new IOException("A plain process has the machine's root file system only; refused: " + spec.root());
        }
        if (spec.network() != SandboxSpec.Network.HOST) {
            throw new IOException("A plain process has the machine's network only; refused: " + spec.network());
        }
        if (spec.identity() != SandboxSpec.Identity.SERVER) {
            throw new IOException("A plain process runs as the server's user only; refused: " + spec.identity());
        }
        if (spec.command().isEmpty()) {
            throw new IOException("A sandbox needs a command");
        }
    }

    /// Closes every sandbox that is still open, then the provider's own parts.
    @Override
    public void close() throws IOException {
        Steps.takeAll(List.of(site.sandboxes()::close, site.groups()::close));
    }
}
