package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// Memory outside the heap that reads go to, with what a read needs besides. Used by one thread at a time.
public final class ReadBuffer {

    /// A read found nothing and did not wait.
    public static final int NOTHING_NOW = -1;

    private static final long FIONREAD = 0x541B;

    private final MemorySegment bytes;
    private final MemorySegment errno;
    private final MemorySegment count;

    private ReadBuffer(MemorySegment bytes, MemorySegment errno, MemorySegment count) {
        this.bytes = bytes;
        this.errno = errno;
        this.count = count;
    }

    /// A buffer whose memory goes with the object.
    public static ReadBuffer ofBytes(int capacity) {
        var arena = Arena.ofAuto();
        return new ReadBuffer(arena.allocate(capacity), Libc.errnoSegment(arena), arena.allocate(JAVA_INT));
    }

    /// The first `length` bytes of the last read; valid until the next.
    public ByteBuffer bytes(int length) {
        return bytes.asSlice(0, length).asByteBuffer();
    }

    int read(int descriptor) throws OsException {
        long result;
        do {
            result = Libc.call(errno, SystemCall.READ, descriptor, bytes.address(), bytes.byteSize(), 0, 0, 0);
        } while (result == -Libc.EINTR);
        if (result == -Libc.EAGAIN) {
            return NOTHING_NOW;
        }
        if (result < 0) {
            throw new OsException("read", (int) -result);
        }
        return (int) result;
    }

    int available(int descriptor) throws OsException {
        long result = Libc.call(errno, SystemCall.IOCTL, descriptor, FIONREAD, count.address(), 0, 0, 0);
        if (result < 0) {
            throw new OsException("ioctl FIONREAD", (int) -result);
        }
        return count.get(JAVA_INT, 0);
    }
}
