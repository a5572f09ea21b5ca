package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.time.Duration;

/// A pipe into this process: we read without blocking; the writer, who gets the other end, is held when it is full.
public record Pipe(Descriptor readEnd, Descriptor writeEnd) implements AutoCloseable {

    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NONBLOCK = 0x800;
    private static final int F_SETFL = 4;

    /// Opens a pipe that no child inherits by accident.
    public static Pipe open() throws OsException {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(JAVA_INT, 2);
            Libc.check("", SystemCall.PIPE2, ends.address(), O_CLOEXEC);
            var read = new Descriptor(ends.getAtIndex(JAVA_INT, 0));
            try (var write = new Descriptor(ends.getAtIndex(JAVA_INT, 1))) {
                Libc.check("", SystemCall.FCNTL, read.number(), F_SETFL, O_NONBLOCK);
                return new Pipe(read, write.raised());
            } catch (OsException refused) {
                read.close();
                throw refused;
            }
        }
    }

    /// Waits until something can be read, or no writer is left; whether that came in time. Blocks: call it on a
    /// platform thread.
    public boolean awaitInput(Duration atMost) throws OsException {
        return Readiness.await(readEnd, Readiness.POLLIN, atMost);
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
