package dev.boda.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A mount namespace, held open; and the steps that change the mounts of the calling thread's own.
///
/// The kernel keeps namespaces by thread. A thread that took one of these steps must never be used for anything
/// else again: let it end.
public final class MountNamespace implements AutoCloseable {

    private static final long CLONE_FS = 0x200;
    private static final long CLONE_NEWNS = 0x20000;
    private static final long MS_NOSUID = 2;
    private static final long MS_NODEV = 4;
    private static final long MS_RDONLY = 1;
    private static final long MS_REC = 0x4000;
    private static final long MS_SLAVE = 0x80000;
    private static final long MNT_DETACH = 2;

    private final Descriptor descriptor;

    private MountNamespace(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// The calling thread's.
    public static MountNamespace current() throws OsException {
        return new MountNamespace(Descriptor.open("/proc/thread-self/ns/mnt", 0));
    }

    /// What `/proc/PID/ns/mnt` shows for a process in it. Another namespace may get it once this one is closed and
    /// left.
    public String identity() throws OsException {
        return ProcessTable.mountNamespace(descriptor);
    }

    /// Gives the calling thread a copy of its mount namespace. Nothing that is mounted in it is seen outside; what
    /// the machine unmounts later goes inside too, so that no disk is held.
    public static void unshare() throws OsException {
        Libc.check("the mount namespace", SystemCall.UNSHARE, CLONE_NEWNS);
        try (var arena = Arena.ofConfined()) {
            mount(arena, "none", "/", "none", MS_REC | MS_SLAVE, "");
        }
    }

    /// Puts the calling thread into a copy of this namespace.
    public void enterCopy() throws OsException {
        Libc.check("the working directory", SystemCall.UNSHARE, CLONE_FS);
        Libc.check("the mount namespace", SystemCall.SETNS, descriptor.number(), CLONE_NEWNS);
        Libc.check("the mount namespace", SystemCall.UNSHARE, CLONE_NEWNS);
    }

    /// Mounts a fresh folder kept in memory, of at most so many bytes, that everybody may write to.
    public static void mountMemory(String target, long sizeBytes) throws OsException {
        try (var arena = Arena.ofConfined()) {
            mount(arena, "tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=" + sizeBytes);
        }
    }

    /// Shows `lower` with `upper` on top of it, in the place of `lower`, as one that cannot be written. `upper` is a
    /// mount of its own and is no longer seen anywhere else.
    public static void mountUnion(String upper, String lower) throws OsException {
        // By its descriptor: a name that holds a ':' or ',' would be taken apart, and one below `lower` is then
        // covered.
        try (var arena = Arena.ofConfined();
                var top = Descriptor.openPath(upper)) {
            var path = "/proc/thread-self/fd/" + top.number();
            mount(arena, "overlay", lower, "overlay", MS_RDONLY, "lowerdir=" + path + ":" + lower);
            Libc.check(upper, SystemCall.UMOUNT2, arena.allocateFrom(path).address(), MNT_DETACH);
        }
    }

    private static void mount(Arena arena, String source, String target, String type, long flags, String options)
            throws OsException {
        var data = options.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(options);
        Libc.check(
                target,
                SystemCall.MOUNT,
                arena.allocateFrom(source).address(),
                arena.allocateFrom(target).address(),
                arena.allocateFrom(type).address(),
                flags,
                data.address());
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
