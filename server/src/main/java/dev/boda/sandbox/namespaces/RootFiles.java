package dev.boda.sandbox.namespaces;

import dev.boda.os.CallRunner;
import dev.boda.os.CallScript;
import dev.boda.os.SystemCall;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/// Writes the calls that build a root file system in memory: folders, links, files, and what is bound from the
/// machine. Folders above are made as they are needed.
final class RootFiles {

    static final long MS_RDONLY = 1;
    static final long MS_NOSUID = 2;
    static final long MS_NODEV = 4;
    static final long MS_NOEXEC = 8;
    private static final long MS_BIND = 0x1000;
    static final long MS_REC = 0x4000;

    static final long MOUNT_ATTR_RDONLY = 1;
    static final long MOUNT_ATTR_NOSUID = 2;
    static final long MOUNT_ATTR_NODEV = 4;
    private static final long AT_RECURSIVE = 0x8000;
    private static final int ATTRIBUTES_BYTES = 32;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int DESCRIPTOR_MESSAGE_BYTES = 24;
    private static final int O_CREATE_NEW = 0x41 | 0x80;
    private static final int REGULAR_FILE = 0100644;

    private final CallScript script;
    private final String base;
    private final Set<String> links;
    private final Set<String> bound;
    private final Set<String> made;

    /// @param base the folder that becomes the root, with a fresh file system on it
    RootFiles(CallScript script, String base) {
        this(script, base, new HashSet<>(), new HashSet<>(), new HashSet<>(Set.of("")));
    }

    private RootFiles(CallScript script, String base, Set<String> links, Set<String> bound, Set<String> made) {
        this.script = script;
        this.base = base;
        this.links = links;
        this.bound = bound;
        this.made = made;
    }

    /// Goes on, with what there is, in another list of calls; this one is at its end.
    RootFiles goingOn(CallScript next) {
        return new RootFiles(next, base, links, bound, made);
    }

    /// An empty folder at `path`.
    void folder(String path) {
        parents(path);
        if (made.add(path) && !isBound(path)) {
            script.must(path, SystemCall.MKDIRAT, Preparation.AT_FDCWD, outside(path), 0755);
        }
    }

    /// Whether a folder of the machine lies there: it must have what is needed in it.
    private boolean isBound(String path) {
        for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
            if (bound.contains(path.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    /// Until the root is entered a link leads to the machine's own files: nothing is made behind one.
    private void parents(String path) {
        int last = path.lastIndexOf('/');
        var parent = path.substring(0, Math.max(0, last));
        if (links.contains(parent) || links.contains(path)) {
            throw new IllegalStateException(path + " cannot be made: it or its folder is a link");
        }
        if (last > 0) {
            folder(parent);
        }
    }

    boolean isLink(String path) {
        return links.contains(path);
    }

    void link(String path, String target) {
        parents(path);
        made.add(path);
        links.add(path);
        script.must(path, SystemCall.SYMLINKAT, script.string(target), Preparation.AT_FDCWD, outside(path));
    }

    void file(String path, String text) {
        parents(path);
        made.add(path);
        Preparation.writeFile(script, base + path, O_CREATE_NEW | 1, text.getBytes(StandardCharsets.UTF_8));
    }

    private void emptyFile(String path) {
        parents(path);
        made.add(path);
        script.must(path, SystemCall.MKNODAT, Preparation.AT_FDCWD, outside(path), REGULAR_FILE, 0);
    }

    /// A folder of the machine with all that is mounted below it.
    void bindFolder(String source, String path, boolean readOnly) {
        folder(path);
        bind(source, path, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (readOnly ? MOUNT_ATTR_RDONLY : 0));
        bound.add(path);
    }

    /// A file of the machine, which cannot be written.
    void bindFile(String source, String path) {
        emptyFile(path);
        bind(source, path, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY);
    }

    /// A device of the machine. It can be written; its node cannot be changed, not even by who owns it.
    void bindDevice(String path) {
        emptyFile(path);
        bind(path, path, MOUNT_ATTR_NOSUID | MOUNT_ATTR_RDONLY);
    }

    private void bind(String source, String path, long attributes) {
        long place = outside(path);
        script.must(source + " at " + path, SystemCall.MOUNT, script.string(source), place, 0, MS_BIND | MS_REC);
        attributes(script, "the mount at " + path, place, attributes, AT_RECURSIVE);
    }

    /// A fresh file system at `path`.
    void mount(String type, String path, long flags, String options) {
        folder(path);
        script.must(
                type + " at " + path,
                SystemCall.MOUNT,
                script.string(type),
                outside(path),
                script.string(type),
                flags,
                options.isEmpty() ? 0 : script.string(options));
    }

    /// What somebody else has mounted and sends as a descriptor, at `path`.
    void mountSent(String path) {
        folder(path);
        long piece = script.longs(script.longs(0), 1);
        long header = script.longs(0, 0, piece, 1, script.longs(0, 0, 0), DESCRIPTOR_MESSAGE_BYTES, 0);
        script.must("what is sent for " + path, SystemCall.RECVMSG, CallRunner.CONTROL, header, 0);
        script.must(
                "what was sent for " + path,
                SystemCall.MOVE_MOUNT,
                Preparation.FREE,
                script.string(""),
                Preparation.AT_FDCWD,
                outside(path),
                MOVE_MOUNT_F_EMPTY_PATH);
        script.must(path, SystemCall.CLOSE, Preparation.FREE);
    }

    /// Adds attributes to one mount.
    static void attributes(CallScript script, String what, long path, long attributes, long flags) {
        long set = script.longs(attributes, 0, 0, 0);
        script.must(what, SystemCall.MOUNT_SETATTR, Preparation.AT_FDCWD, path, flags, set, ATTRIBUTES_BYTES);
    }

    private long outside(String path) {
        return script.string(base + path);
    }
}
