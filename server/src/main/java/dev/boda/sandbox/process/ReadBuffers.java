package dev.boda.sandbox.process;

import dev.boda.os.ReadBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Buffers for whoever reads just now: as many as there are readers at once, not as there are sandboxes.
public final class ReadBuffers {

    /// As much as a pipe holds by default, and as is read from one before the next has its turn.
    static final int BYTES = 65_536;

    private final Queue<ReadBuffer> idle = new ConcurrentLinkedQueue<>();

    /// A use of one buffer, which ends by putting it back.
    public interface Use<T, E extends Exception> {
        T with(ReadBuffer buffer) throws E;
    }

    public <T, E extends Exception> T borrow(Use<T, E> use) throws E {
        var taken = idle.poll();
        var buffer = taken == null ? ReadBuffer.ofBytes(BYTES) : taken;
        try {
            return use.with(buffer);
        } finally {
            idle.add(buffer);
        }
    }
}
