package dev.boda.sandbox.process;

import dev.boda.os.Descriptor;
import dev.boda.os.DetachedMount;
import dev.boda.os.MountNamespace;
import dev.boda.os.OsException;
import dev.boda.os.PlatformThreads;
import dev.boda.os.ProcessSpawn;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A mount namespace for every sandbox: mounts are real, `/tmp` is its own, kept in memory, sized.
///
/// At the start a template namespace is made that has AWS's folders, without a trace on the machine: what is missing
/// below `/var` is shown by a read-only union over it. Every sandbox gets a copy of it. A folder to be mounted is
/// taken as the server sees it, before the copy is entered, so it may lie below `/tmp` or `/var`.
final class PrivateMounts implements RootView {

    private static final Logger log = LoggerFactory.getLogger(PrivateMounts.class);

    private static final String TEMPORARY = "/tmp";
    private static final String VAR = "/var";
    private static final List<String> BELOW_VAR = List.of("/var/task", "/var/runtime", "/var/lang");
    private static final String LAYERS = "/opt";
    private static final long MEGABYTE = 1L << 20;

    private final MountNamespace template;
    private final boolean union;

    private PrivateMounts(MountNamespace template, boolean union) {
        this.template = template;
        this.union = union;
    }

    /// Tries it out on this machine; throws where it is refused.
    ///
    /// @param folder an empty folder to use meanwhile
    static PrivateMounts start(Path folder) throws IOException {
        var mounts = PlatformThreads.callOnce("sandbox-template", () -> {
            MountNamespace.unshare();
            boolean union = addFolders(folder);
            return new PrivateMounts(MountNamespace.current(), union);
        });
        try {
            mounts.rehearse(folder);
        } catch (IOException | RuntimeException refused) {
            mounts.close();
            throw refused;
        }
        return mounts;
    }

    /// Whether the folders below `/var` are shown by a union. Where the kernel refuses one they are made on the
    /// machine,
    /// empty; so is `/opt` where it is missing.
    private static boolean addFolders(Path folder) throws IOException {
        Files.createDirectories(Path.of(LAYERS));
        var below = mountsBelow(VAR);
        var kept = new ArrayList<DetachedMount>();
        try {
            for (var path : below) {
                kept.add(DetachedMount.of(path, false));
            }
            MountNamespace.mountMemory(folder.toString(), MEGABYTE);
            for (var path : BELOW_VAR) {
                Files.createDirectory(folder.resolve(Path.of(VAR).relativize(Path.of(path))));
            }
            MountNamespace.mountUnion(folder.toString(), VAR);
            for (int i = 0; i < below.size(); i++) {
                kept.get(i).attach(below.get(i));
            }
            return true;
        } catch (OsException refused) {
            log.debug("No union over /var", refused);
            for (var path : BELOW_VAR) {
                Files.createDirectories(Path.of(path));
            }
            return false;
        } finally {
            kept.forEach(DetachedMount::close);
        }
    }

    /// The topmost mount points below a folder: a union does not show them.
    private static List<String> mountsBelow(String folder) throws IOException {
        var found = new ArrayList<String>();
        Files.readAllLines(Path.of("/proc/thread-self/mountinfo")).stream()
                .map(line -> line.split(" ", -1)[4].replace("\\040", " "))
                .filter(path -> path.startsWith(folder + "/"))
                .sorted()
                .distinct()
                .forEach(path -> {
                    if (found.stream().noneMatch(above -> path.startsWith(above + "/"))) {
                        found.add(path);
                    }
                });
        return found;
    }

    /// Does all of it once, up to a program that is not there. A class that were loaded only inside a namespace could
    /// be hidden by its `/tmp`.
    private void rehearse(Path folder) throws IOException {
        var missing = folder.resolve("nothing").toString();
        var process = new ProcessSpawn(missing, List.of(missing), Map.of(), WORKING_DIRECTORY, new TreeMap<>());
        var mounts = List.of(new SandboxSpec.Mount(folder, WORKING_DIRECTORY, true));
        var rehearsed = inCopy(mounts, MEGABYTE, () -> {
            try {
                return process.spawn();
            } catch (OsException refused) {
                if (refused.isMissingFile()) {
                    return 0;
                }
                throw refused;
            }
        });
        close(rehearsed.namespace());
    }

    private static void close(@Nullable MountNamespace namespace) {
        if (namespace != null) {
            namespace.close();
        }
    }

    @Override
    public Spawned spawn(SandboxSpec spec, Path folder, SortedMap<Integer, Descriptor> descriptors) throws IOException {
        var path = spec.environment().getOrDefault("PATH", "");
        var program = new InsidePaths(spec.mounts()).program(spec.command().getFirst(), path);
        var process = new ProcessSpawn(program, spec.command(), spec.environment(), WORKING_DIRECTORY, descriptors);
        return inCopy(spec.mounts(), spec.limits().temporaryMegabytes() * MEGABYTE, process::spawn);
    }

    private Spawned inCopy(List<SandboxSpec.Mount> mounts, long temporaryBytes, PlatformThreads.Task<Integer> spawn)
            throws IOException {
        var detached = new ArrayList<DetachedMount>();
        try {
            for (var mount : mounts) {
                detached.add(DetachedMount.of(mount.source().toString(), mount.readOnly()));
            }
            return PlatformThreads.callOnce("sandbox-spawn", () -> {
                template.enterCopy();
                MountNamespace.mountMemory(TEMPORARY, temporaryBytes);
                for (int i = 0; i < detached.size(); i++) {
                    detached.get(i).attach(mounts.get(i).inside());
                }
                var namespace = MountNamespace.current();
                try {
                    return new Spawned(spawn.run(), namespace);
                } catch (IOException | RuntimeException failed) {
                    namespace.close();
                    throw failed;
                }
            });
        } finally {
            detached.forEach(DetachedMount::close);
        }
    }

    @Override
    public List<String> guarantees() {
        return List.of(
                "Files: the function's code and runtime are mounted read-only at AWS's paths for each environment alone; "
                        + "the rest of the machine's files are seen, and "
                        + (union ? "except below /var " : "")
                        + "written, as the server's user may.",
                "/tmp is private to each environment, kept in memory, and as large as the function's ephemeral storage.");
    }

    @Override
    public void close() {
        template.close();
    }
}
