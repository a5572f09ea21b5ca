package dev.boda.os;

import java.nio.file.Files;

/// What happened to a memory group of version 2 itself, such as that it passed its `memory.high`: the kernel counts it
/// in a file, and tells when that changes. See
/// <https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files>.
public final class MemoryEvents implements AutoCloseable {

    private static final String OWN = "memory.events.local";

    /// Before Linux 5.2; the events of the groups below are counted in it, too.
    private static final String ALL = "memory.events";

    private static final int READ_ONLY = 0;
    private static final int BYTES = 512;
    private static final int SEEK_SET = 0;

    private final Descriptor file;
    private final ReadBuffer buffer = ReadBuffer.ofBytes(BYTES);

    private MemoryEvents(Descriptor file) {
        this.file = file;
    }

    public static MemoryEvents open(ControlGroup group) throws OsException {
        var own = group.folder().resolve(OWN);
        var events = new MemoryEvents(
                Descriptor.open((Files.exists(own) ? own : group.folder().resolve(ALL)).toString(), READ_ONLY));
        try {
            events.reset();
            return events;
        } catch (OsException unreadable) {
            events.close();
            throw unreadable;
        }
    }

    /// Changed when something happens.
    public Descriptor descriptor() {
        return file;
    }

    /// Makes the descriptor unchanged until something happens again. Used by one thread at a time.
    public void reset() throws OsException {
        Libc.check("", SystemCall.LSEEK, file.number(), 0, SEEK_SET);
        file.read(buffer);
    }

    @Override
    public void close() {
        file.close();
    }
}
