package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;

/// A folder with everything mounted below it, taken out of one mount namespace and not yet put into another: so a
/// source is found where the server sees it, whatever covers its path where it goes. Linux 5.12.
public final class DetachedMount implements AutoCloseable {

    private static final long OPEN_TREE_CLONE = 1;
    private static final long O_CLOEXEC = 0x80000;
    private static final long AT_RECURSIVE = 0x8000;
    private static final long AT_EMPTY_PATH = 0x1000;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long MOUNT_ATTR_RDONLY = 1;
    private static final int ATTRIBUTES_BYTES = 32;

    private final Descriptor descriptor;

    private DetachedMount(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// Copies the mount at `source`, as the calling thread sees it.
    public static DetachedMount of(String source, boolean readOnly) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var path = arena.allocateFrom(source);
            var tree = new Descriptor(Libc.check(
                    source,
                    SystemCall.OPEN_TREE,
                    Libc.AT_FDCWD,
                    path.address(),
                    OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE));
            try {
                if (readOnly) {
                    makeReadOnly(arena, tree);
                }
            } catch (OsException refused) {
                tree.close();
                throw refused;
            }
            return new DetachedMount(tree);
        }
    }

    /// Puts it at `target` of the calling thread's mount namespace.
    public void attach(String target) throws OsException {
        try (var arena = Arena.ofConfined()) {
            Libc.check(
                    target,
                    SystemCall.MOVE_MOUNT,
                    descriptor.number(),
                    arena.allocateFrom("").address(),
                    Libc.AT_FDCWD,
                    arena.allocateFrom(target).address(),
                    MOVE_MOUNT_F_EMPTY_PATH);
        }
    }

    private static void makeReadOnly(Arena arena, Descriptor tree) throws OsException {
        var attributes = arena.allocate(ATTRIBUTES_BYTES, 8);
        attributes.set(JAVA_LONG, 0, MOUNT_ATTR_RDONLY);
        Libc.check(
                "a mount",
                SystemCall.MOUNT_SETATTR,
                tree.number(),
                arena.allocateFrom("").address(),
                AT_EMPTY_PATH | AT_RECURSIVE,
                attributes.address(),
                ATTRIBUTES_BYTES);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
