package dev.boda.sandbox.process;

import dev.boda.os.Descriptor;
import dev.boda.os.EventLoop;
import dev.boda.os.OsException;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.SandboxProvider.Output;
import dev.boda.sandbox.SandboxSpec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The reading ends of a sandbox's two pipes. Two kinds of thread read: the event loop, a bounded bite at a time, and
/// whoever drains; a lock makes one of what they deliver. Owns the descriptors and closes them once, under the lock.
public final class SandboxOutput {

    /// The descriptor inside that takes framed messages.
    public static final int TELEMETRY_DESCRIPTOR = 3;

    private static final String TELEMETRY_NAME = "_LAMBDA_TELEMETRY_LOG_FD";

    /// Where runtime clients look for it.
    static final String TELEMETRY_VARIABLE = TELEMETRY_NAME + "=" + TELEMETRY_DESCRIPTOR;

    private final ReentrantLock turn = new ReentrantLock();
    private final ReadBuffers buffers;
    private final Output output;
    private final TelemetryFrames frames;
    private final Source raw;
    private final Source telemetry;
    private boolean ended; // Guarded by turn.

    public SandboxOutput(Descriptor raw, Descriptor telemetry, Output output, ReadBuffers buffers) {
        this.buffers = buffers;
        this.output = output;
        this.frames = new TelemetryFrames(output);
        this.raw = new Source(raw, output::raw);
        this.telemetry = new Source(telemetry, frames::accept);
    }

    /// The same sandbox, whose processes are told of the descriptor for framed messages.
    public static SandboxSpec told(SandboxSpec spec) {
        var environment = new HashMap<>(spec.environment());
        environment.put(TELEMETRY_NAME, Integer.toString(TELEMETRY_DESCRIPTOR));
        return new SandboxSpec(
                spec.name(),
                spec.root(),
                spec.mounts(),
                spec.limits(),
                spec.network(),
                spec.identity(),
                spec.command(),
                environment);
    }

    /// Lets the loop read.
    ///
    /// @param pauses after which it goes on
    void start(EventLoop loop, ScheduledExecutorService pauses) throws OsException {
        turn.lock();
        try {
            for (var source : List.of(raw, telemetry)) {
                source.whenReadable = () -> readOnce(source, loop, pauses);
                source.listen(loop);
            }
        } finally {
            turn.unlock();
        }
    }

    /// Delivers everything that was in the pipes when it was called; what is written meanwhile may wait.
    void drain() throws OsException {
        turn.lock();
        try {
            buffers.borrow(buffer -> {
                raw.drain(buffer);
                telemetry.drain(buffer);
                return buffer;
            });
        } finally {
            turn.unlock();
        }
    }

    /// Delivers what is there and closes the pipes: nothing is delivered afterwards.
    public void end() throws OsException {
        turn.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            try {
                drain();
                frames.end();
            } finally {
                raw.close();
                telemetry.close();
            }
        } finally {
            turn.unlock();
        }
    }

    private void readOnce(Source source, EventLoop loop, ScheduledExecutorService pauses) {
        turn.lock();
        try {
            int length = buffers.borrow(buffer -> source.read(buffer));
            long pause = length > 0 ? output.pauseMillis() : 0;
            if (pause > 0) {
                source.listenNoMore();
                var _ = pauses.schedule(() -> goOn(source, loop), pause, TimeUnit.MILLISECONDS);
            }
        } catch (OsException | RejectedExecutionException broken) {
            source.close();
        } finally {
            turn.unlock();
        }
    }

    private void goOn(Source source, EventLoop loop) {
        turn.lock();
        try {
            source.listen(loop);
        } catch (OsException broken) {
            source.close();
        } finally {
            turn.unlock();
        }
    }

    /// One pipe. All methods under the lock.
    private static final class Source {

        private final Descriptor descriptor;
        private final Consumer<ByteBuffer> deliver;
        private Runnable whenReadable = () -> {};
        private EventLoop.@Nullable Registration registration;

        Source(Descriptor descriptor, Consumer<ByteBuffer> deliver) {
            this.descriptor = descriptor;
            this.deliver = deliver;
        }

        /// Delivers one read; the number of its bytes, not above 0 when there is nothing or the writers are gone.
        int read(ReadBuffer buffer) throws OsException {
            if (!descriptor.isOpen()) {
                return 0;
            }
            int length = descriptor.read(buffer);
            if (length > 0) {
                deliver.accept(buffer.bytes(length));
            } else if (length == 0) {
                close();
            }
            return length;
        }

        void drain(ReadBuffer buffer) throws OsException {
            if (!descriptor.isOpen()) {
                return;
            }
            int waiting = descriptor.available(buffer);
            while (waiting > 0) {
                int length = read(buffer);
                if (length <= 0) {
                    return;
                }
                waiting -= length;
            }
        }

        void listen(EventLoop loop) throws OsException {
            if (descriptor.isOpen()) {
                registration = loop.register(descriptor, whenReadable);
            }
        }

        void listenNoMore() {
            if (registration != null) {
                registration.close();
                registration = null;
            }
        }

        void close() {
            listenNoMore();
            descriptor.close();
        }
    }
}
