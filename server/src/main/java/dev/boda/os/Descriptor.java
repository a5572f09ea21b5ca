package dev.boda.os;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;

/// An open file descriptor and its only owner: closed once, whoever else still holds the object.
public final class Descriptor implements AutoCloseable {

    private static final int CLOSED = -1;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_DUPFD_CLOEXEC = 1_030;

    /// A child's own descriptors lie below.
    private static final int LOWEST = 16;

    private final AtomicInteger number;

    Descriptor(long number) {
        this.number = new AtomicInteger(Math.toIntExact(number));
    }

    /// Opens a file for reading (`flags` 0) or otherwise, by `open(2)`'s flags.
    public static Descriptor open(String path, int flags) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(path);
            return new Descriptor(
                    Libc.check(path, SystemCall.OPENAT, Libc.AT_FDCWD, name.address(), flags | O_CLOEXEC, 0));
        }
    }

    /// Another one of the same, out of the way of those that a child has as its own: putting one of ours in their
    /// place would close it. No child inherits it by accident.
    Descriptor raised() throws OsException {
        return new Descriptor(Libc.check("", SystemCall.FCNTL, number(), F_DUPFD_CLOEXEC, LOWEST));
    }

    /// The number; throws when closed.
    int number() {
        int now = number.get();
        if (now == CLOSED) {
            throw new IllegalStateException("The descriptor is closed");
        }
        return now;
    }

    public boolean isOpen() {
        return number.get() != CLOSED;
    }

    /// Reads what is there, at most the buffer's capacity. Returns the number of bytes; 0 at the end;
    /// [ReadBuffer#NOTHING_NOW] when a non-blocking descriptor has nothing.
    public int read(ReadBuffer buffer) throws OsException {
        return buffer.read(number());
    }

    /// How many bytes wait in a pipe.
    public int available(ReadBuffer buffer) throws OsException {
        return buffer.available(number());
    }

    @Override
    public void close() {
        int now = number.getAndSet(CLOSED);
        if (now != CLOSED) {
            Libc.call(SystemCall.CLOSE, now);
        }
    }
}
