package dev.boda.os;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;

/// An open file descriptor and its only owner: closed once, whoever else still holds the object.
public final class Descriptor implements AutoCloseable {

    private static final int CLOSED = -1;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;

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

    /// Opens a name of a file, not its content.
    static Descriptor openPath(String path) throws OsException {
        return open(path, O_PATH);
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
