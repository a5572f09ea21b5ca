package dev.boda.os;

import java.lang.foreign.Arena;

/// Tells when a memory group of version 1 has no memory left, and if wanted when it uses so much: its descriptor can be
/// read from then on. The kernel tells the groups below one that has none left, too. See section 10 of
/// <https://docs.kernel.org/admin-guide/cgroup-v1/memory.html>.
public final class MemoryNotice implements AutoCloseable {

    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
    private static final int READ_ONLY = 0;

    private final Descriptor event;

    private MemoryNotice(Descriptor event) {
        this.event = event;
    }

    /// From now on it tells, until it is closed. Close it before the group is removed, which it would tell as well.
    public static MemoryNotice open(ControlGroup group) throws OsException {
        var notice = new MemoryNotice(new Descriptor(Libc.check("", SystemCall.EVENTFD2, 0, EFD_CLOEXEC_NONBLOCK)));
        try {
            notice.ask(group, "memory.oom_control", "");
            return notice;
        } catch (OsException refused) {
            notice.close();
            throw refused;
        }
    }

    /// The same, which also tells whenever the use passes `bytes`, upwards or downwards, files in the page cache
    /// included.
    public static MemoryNotice open(ControlGroup group, long bytes) throws OsException {
        var notice = open(group);
        try {
            notice.ask(group, "memory.usage_in_bytes", " " + bytes);
            return notice;
        } catch (OsException refused) {
            notice.close();
            throw refused;
        }
    }

    private void ask(ControlGroup group, String file, String argument) throws OsException {
        try (var opened = Descriptor.open(group.folder().resolve(file).toString(), READ_ONLY)) {
            group.set("cgroup.event_control", event.number() + " " + opened.number() + argument);
        }
    }

    public Descriptor descriptor() {
        return event;
    }

    /// Makes the descriptor unreadable until it happens again.
    public void reset() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var count = arena.allocate(Long.BYTES, Long.BYTES);
            long result = Libc.call(SystemCall.READ, event.number(), count.address(), Long.BYTES);
            if (result < 0 && result != -Libc.EAGAIN) {
                throw new OsException("read of an eventfd", (int) -result);
            }
        }
    }

    @Override
    public void close() {
        event.close();
    }
}
