package dev.boda.os;

import java.lang.foreign.Arena;
import java.util.List;

/// A file system that is mounted but lies nowhere yet: who gets its descriptor puts it into a mount namespace. It
/// lasts as long as it lies somewhere or this is open. Linux 5.2.
///
/// What is on it is ended by whoever lets go of it last, which takes milliseconds: better on a thread of the server's
/// than in a process that is being killed.
public final class FreshMount implements AutoCloseable {

    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSCONFIG_SET_FLAG = 0;
    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int FSMOUNT_CLOEXEC = 1;
    private static final int MOUNT_ATTR_NOSUID = 2;
    private static final int MOUNT_ATTR_NODEV = 4;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int O_CLOEXEC = 0x80000;

    private final Descriptor descriptor;

    private FreshMount(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// Mounts what is on a device, without programs that change their user and without devices on it.
    ///
    /// @param flags options that have no value
    public static FreshMount of(String type, String device, List<String> flags) throws OsException {
        var what = type + " on " + device;
        try (var arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(type).address();
            try (var made = new Descriptor(Libc.check(type, SystemCall.FSOPEN, name, FSOPEN_CLOEXEC))) {
                Libc.check(
                        what,
                        SystemCall.FSCONFIG,
                        made.number(),
                        FSCONFIG_SET_STRING,
                        arena.allocateFrom("source").address(),
                        arena.allocateFrom(device).address());
                for (var flag : flags) {
                    long text = arena.allocateFrom(flag).address();
                    Libc.check(flag + " of " + what, SystemCall.FSCONFIG, made.number(), FSCONFIG_SET_FLAG, text);
                }
                Libc.check(what, SystemCall.FSCONFIG, made.number(), FSCONFIG_CMD_CREATE);
                return new FreshMount(new Descriptor(Libc.check(
                        what,
                        SystemCall.FSMOUNT,
                        made.number(),
                        FSMOUNT_CLOEXEC,
                        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)));
            }
        }
    }

    /// For whoever is to have it.
    public Descriptor descriptor() {
        return descriptor;
    }

    /// Sets the mode of its topmost folder.
    public void mode(int mode) throws OsException {
        try (var arena = Arena.ofConfined()) {
            long here = arena.allocateFrom(".").address();
            Libc.check("a mount", SystemCall.FCHMODAT, descriptor.number(), here, mode);
        }
    }

    /// Removes an empty folder.
    public void remove(String folder) throws OsException {
        try (var arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(folder).address();
            Libc.check(folder, SystemCall.UNLINKAT, descriptor.number(), name, AT_REMOVEDIR);
        }
    }

    /// Writes to the device what has been changed.
    public void sync() throws OsException {
        try (var arena = Arena.ofConfined()) {
            long here = arena.allocateFrom(".").address();
            try (var opened =
                    new Descriptor(Libc.check("a mount", SystemCall.OPENAT, descriptor.number(), here, O_CLOEXEC, 0))) {
                Libc.check("a mount", SystemCall.SYNCFS, opened.number());
            }
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
