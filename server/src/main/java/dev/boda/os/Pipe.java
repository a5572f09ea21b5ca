package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.time.Duration;

/// A pipe into this process: we read without blocking; the writer, who gets the other end, is held when it is full.
public record Pipe(Descriptor readEnd, Descriptor writeEnd) implements AutoCloseable {

    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NONBLOCK = 0x800;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1_030;

    /// A child's own descriptors lie below; ours must not, or putting one in its place would close another.
    private static final int LOWEST = 16;

    /// Opens a pipe that no child inherits by accident.
    public static Pipe open() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(JAVA_INT, 2);
            Libc.check("", SystemCall.PIPE2, ends.address(), O_CLOEXEC);
            var read = new Descriptor(ends.getAtIndex(JAVA_INT, 0));
            try (var write = new Descriptor(ends.getAtIndex(JAVA_INT, 1))) {
                Libc.check("", SystemCall.FCNTL, read.number(), F_SETFL, O_NONBLOCK);
                long high = Libc.check("", SystemCall.FCNTL, write.number(), F_DUPFD_CLOEXEC, LOWEST);
                return new Pipe(read, new Descriptor(high));
            } catch (OsException refused) {
                read.close();
                throw refused;
            }
        }
    }

    /// Waits until something can be read, or no writer is left; whether that came in time. Blocks: call it on a
    /// platform
    /// thread.
    public boolean awaitInput(Duration atMost) throws OsException {
        return Readiness.await(readEnd, Readiness.POLLIN, atMost);
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
