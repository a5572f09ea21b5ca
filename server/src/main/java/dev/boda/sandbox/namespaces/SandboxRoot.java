package dev.boda.sandbox.namespaces;

import dev.boda.os.CallScript;
import dev.boda.os.SystemCall;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/// The root file system of a sandbox. What every function on the machine's own files has alike lies there before there
/// is a function; what is the function's is added at its birth. An image is shown from the ground up, over what lies
/// there.
final class SandboxRoot {

    private static final long MS_PRIVATE = 0x40000;
    private static final long MNT_DETACH = 2;
    private static final long MEGABYTE = 1L << 20;
    private static final long ROOT_BYTES = 4 * MEGABYTE;
    static final String TASK_ROOT = "/var/task";

    /// Folders that are there, whether or not something is mounted on them.
    static final List<String> EMPTY =
            List.of(TASK_ROOT, "/opt", "/home", "/mnt", "/root", "/run", "/srv", "/sys", "/var/tmp");

    private final Site site;
    private final Identities identities;
    private final RootFiles files;

    /// What does not depend on the sandbox.
    ///
    /// @param mountPoint an empty folder to build the root on; nothing is seen of that outside
    /// @param rights     those of who builds it
    /// @param disk       whether a disk for /tmp is sent; otherwise it is in memory
    record Site(String mountPoint, Rights rights, boolean disk) {}

    private SandboxRoot(Site site, Identities identities, RootFiles files) {
        this.site = site;
        this.identities = identities;
        this.files = files;
    }

    /// Writes the calls that build what does not depend on the function, in a mount namespace where nothing has
    /// happened yet.
    static SandboxRoot prepare(CallScript script, Site site, Identities identities) throws IOException {
        script.must("/", SystemCall.MOUNT, script.string("none"), script.string("/"), 0, RootFiles.MS_REC | MS_PRIVATE);
        var root = onFreshGround(script, site, identities);
        HostRoot.show(root.files);
        root.addOwn();
        return root;
    }

    private static SandboxRoot onFreshGround(CallScript script, Site site, Identities identities) {
        var files = new RootFiles(script, site.mountPoint());
        files.mount("tmpfs", "", RootFiles.MS_NOSUID | RootFiles.MS_NODEV, "mode=755,size=" + ROOT_BYTES);
        return new SandboxRoot(site, identities, files);
    }

    Identities identities() {
        return identities;
    }

    /// Of who builds it.
    Rights rights() {
        return site.rights();
    }

    /// Writes the calls that add what is the function's, by process 1 inside, which has proceeded so far.
    void complete(CallScript script, SandboxSpec spec) throws IOException {
        switch (spec.root()) {
            case RootFileSystem.Host host -> {
                var root = new SandboxRoot(site, identities, files.goingOn(script));
                HostRoot.showInterpreter(root.files, host.folders());
                root.addFunction(script, spec);
            }
            case RootFileSystem.Directory image -> {
                var root = onFreshGround(script, site, identities);
                ImageRoot.show(root.files, image.path(), spec.mounts());
                root.addOwn();
                root.addFunction(script, spec);
            }
        }
    }

    private void addOwn() {
        EtcFiles.of(identities, InsideSockets.HOST_NAME).forEach(files::file);
        for (var name : List.of("null", "zero", "full", "random", "urandom")) {
            files.bindDevice("/dev/" + name);
        }
        files.link("/dev/fd", "/proc/self/fd");
        files.link("/dev/stdin", "/proc/self/fd/0");
        files.link("/dev/stdout", "/proc/self/fd/1");
        files.link("/dev/stderr", "/proc/self/fd/2");
        for (var empty : EMPTY) {
            if (!files.isLink(empty)) {
                files.folder(empty);
            }
        }
    }

    private void addFunction(CallScript script, SandboxSpec spec) {
        files.mount("proc", "/proc", processFlags(), "");
        var outerFirst = spec.mounts().stream()
                .sorted(Comparator.comparingInt(mount -> mount.inside().length()))
                .toList();
        for (var mount : outerFirst) {
            files.bindFolder(mount.source().toString(), mount.inside(), mount.readOnly());
        }
        script.lastMessage();
        if (site.disk()) {
            files.mountSent("/tmp");
        } else {
            script.awaitWord();
            files.mount(
                    "tmpfs",
                    "/tmp",
                    RootFiles.MS_NOSUID | RootFiles.MS_NODEV,
                    "mode=1777,size=" + spec.limits().temporaryMegabytes() * MEGABYTE);
        }
    }

    /// The kernel's own settings below `/proc/sys` belong to root by its number, whatever rights it has: a process that
    /// has this number outside must not write there.
    private long processFlags() {
        long flags = RootFiles.MS_NOSUID | RootFiles.MS_NODEV | RootFiles.MS_NOEXEC;
        return site.rights().isRootOutside() ? flags | RootFiles.MS_RDONLY : flags;
    }

    /// Writes the calls that make it the root. The machine's own files are gone from the sandbox's view, not only
    /// hidden.
    void enter(CallScript script) {
        long here = script.string(".");
        long root = script.string("/");
        script.must("the new root", SystemCall.CHDIR, script.string(site.mountPoint()));
        script.must("the new root", SystemCall.PIVOT_ROOT, here, here);
        script.must("the machine's root", SystemCall.UMOUNT2, here, MNT_DETACH);
        script.must("/", SystemCall.CHDIR, root);
        RootFiles.attributes(
                script,
                "/",
                root,
                RootFiles.MOUNT_ATTR_RDONLY | RootFiles.MOUNT_ATTR_NOSUID | RootFiles.MOUNT_ATTR_NODEV,
                0);
    }
}
