package dev.boda.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request's body between the I/O thread that receives it and the thread that reads it. The I/O thread stops
/// reading from the client while more than the window is held.
///
/// Buffers are given back without the monitor: that may take a lock of the allocator, and a reader that awaits one must
/// not hold what the I/O thread waits for.
final class RequestBody extends InputStream {

    /// What the reader asks of the connection. Called without the monitor.
    interface Source {
        /// A reader waits for bytes: the client may have to be told to go on.
        void wanted();

        /// There is room again.
        void roomMade();

        /// These buffers are to be released.
        void spent(List<ByteBuf> buffers);
    }

    private static final int FIRST_ARRAY_BYTES = 16 * 1024;

    /// What keeping a part takes beside its bytes: a client may send them one by one.
    private static final int PART_BYTES = 256;

    private final HttpLimits limits;
    private final BodyMemory memory;
    private final Source source;

    // All guarded by this.
    private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>(2);
    private long held;
    private long dropped;
    private boolean ended;
    private boolean discarded;
    private boolean crowded;
    private boolean readerDone;
    private boolean clientGone;
    private long received;
    private long receivedBefore;
    private long patienceNanos;
    private @Nullable IOException failure;
    // The reader's.
    private boolean hasRoom;
    private HttpHeaders trailers = HttpHeaders.EMPTY;

    RequestBody(HttpLimits limits, BodyMemory memory, Source source) {
        this.limits = limits;
        this.memory = memory;
        this.source = source;
        this.patienceNanos = limits.bodyPause().toNanos();
    }

    /// I/O thread: takes over the next bytes.
    synchronized void append(ByteBuf bytes) {
        if (discarded || failure != null || !bytes.isReadable()) {
            dropped += bytes.readableBytes();
            bytes.release();
            return;
        }
        arrived.add(bytes);
        held += bytes.readableBytes();
        received += bytes.readableBytes();
        crowded = held + (long) arrived.size() * PART_BYTES > limits.bodyWindowBytes();
        notifyAll();
    }

    /// I/O thread: nothing follows.
    synchronized void end(HttpHeaders withTrailers) {
        ended = true;
        trailers = withTrailers;
        notifyAll();
    }

    /// The rest will not come, and what has come is given up.
    void fail(IOException cause) {
        var unread = List.<ByteBuf>of();
        synchronized (this) {
            if (failure == null && !readToItsEnd()) {
                failure = cause;
                unread = letGo();
            }
            notifyAll();
        }
        source.spent(unread);
    }

    /// I/O thread: the client has gone. A body that had come whole can still be read: the request was made, and whoever
    /// hangs up does not take it back.
    void clientGone() {
        var unread = List.<ByteBuf>of();
        boolean cut;
        synchronized (this) {
            clientGone = true;
            cut = !ended;
            if (!cut && readerDone) {
                unread = letGo();
            }
        }
        source.spent(unread);
        if (cut) {
            fail(new ClosedChannelException());
        }
    }

    /// The handler has returned.
    void readerDone() {
        var unread = List.<ByteBuf>of();
        synchronized (this) {
            readerDone = true;
            if (clientGone) {
                unread = letGo();
            }
        }
        source.spent(unread);
        if (hasRoom) {
            memory.release(this);
        }
    }

    /// Others need the room that the body has taken, and its client does not fill it.
    void tooSlow() {
        fail(new SlowClientException("The client takes too long to send a body for which others wait"));
    }

    synchronized long receivedBytes() {
        return received;
    }

    /// Nobody reads the rest: it is dropped as it comes.
    void discard() {
        List<ByteBuf> unread;
        synchronized (this) {
            discarded = true;
            dropped += held;
            unread = letGo();
            notifyAll();
        }
        source.spent(unread);
    }

    /// With the monitor held. What is returned is to be released without it.
    private List<ByteBuf> letGo() {
        var unread = List.copyOf(arrived);
        arrived.clear();
        held = 0;
        crowded = false;
        return unread;
    }

    synchronized boolean ended() {
        return ended;
    }

    /// Whether the rest will not come.
    synchronized boolean failed() {
        return failure != null;
    }

    /// Whether nothing is left to receive or to release.
    synchronized boolean readToItsEnd() {
        return ended && arrived.isEmpty();
    }

    synchronized boolean crowded() {
        return crowded;
    }

    synchronized boolean droppedTooMuch() {
        return dropped > limits.droppedBodyBytes();
    }

    synchronized HttpHeaders trailers() {
        return readToItsEnd() ? trailers : HttpHeaders.EMPTY;
    }

    /// The whole body.
    ///
    /// @param announcedBytes what `Content-Length` says, not over the limit, or -1
    byte[] readAll(int limitBytes, long announcedBytes) throws IOException {
        int first = Math.min(limitBytes, firstArray(announcedBytes));
        if (first > BodyMemory.SMALL_BYTES) {
            takeRoom(first);
        }
        var bytes = new byte[first];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                int next = read();
                if (next < 0) {
                    break;
                }
                if (length == limitBytes) {
                    throw new BodyTooLargeException(limitBytes);
                }
                if (length >= BodyMemory.SMALL_BYTES) {
                    takeRoom(limitBytes);
                }
                bytes = Arrays.copyOf(bytes, Math.clamp(2L * Math.max(length, 512), 1, limitBytes));
                bytes[length++] = (byte) next;
                continue;
            }
            int read = read(bytes, length, bytes.length - length);
            if (read < 0) {
                break;
            }
            length += read;
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void takeRoom(long bytes) throws IOException {
        if (!hasRoom) {
            memory.acquire(this, bytes);
            hasRoom = true;
        }
    }

    /// Exactly what is announced, for which there is room then; exactly what is there if it has come already.
    private synchronized int firstArray(long announcedBytes) {
        if (ended) {
            return (int) Math.min(held, Integer.MAX_VALUE - 8);
        }
        return (int) (announcedBytes < 0 ? FIRST_ARRAY_BYTES : announcedBytes);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (mustWait()) {
            source.wanted();
        }
        boolean relieved;
        int read;
        var spent = new ArrayList<ByteBuf>(2);
        synchronized (this) {
            awaitBytes();
            if (failure != null) {
                throw failure;
            }
            if (arrived.isEmpty()) {
                return -1;
            }
            read = take(target, offset, length, spent);
            relieved = crowded && held <= limits.bodyWindowBytes() / 2;
            if (relieved) {
                crowded = false;
            }
        }
        source.spent(spent);
        if (relieved) {
            source.roomMade();
        }
        return read;
    }

    @Override
    public synchronized int available() {
        return (int) Math.min(held, Integer.MAX_VALUE);
    }

    private synchronized boolean mustWait() {
        return arrived.isEmpty() && !ended && failure == null && !discarded;
    }

    private int take(byte[] target, int offset, int length, List<ByteBuf> spent) {
        int taken = 0;
        while (taken < length && !arrived.isEmpty()) {
            var next = arrived.element();
            int part = Math.min(length - taken, next.readableBytes());
            next.readBytes(target, offset + taken, part);
            taken += part;
            if (!next.isReadable()) {
                spent.add(arrived.remove());
            }
        }
        held -= taken;
        return taken;
    }

    /// Counts only the time in which somebody waits for the client.
    private synchronized void awaitBytes() throws IOException {
        while (mustWait()) {
            if (patienceNanos <= 0) {
                requireProgress();
            }
            long before = System.nanoTime();
            try {
                wait(patienceNanos / 1_000_000 + 1);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("Interrupted while reading a request's body");
            }
            patienceNanos -= System.nanoTime() - before;
        }
    }

    private void requireProgress() throws SlowClientException {
        if (received - receivedBefore < limits.paceBytes()) {
            var slow = new SlowClientException("The client takes too long to send the body of its request");
            fail(slow);
            throw slow;
        }
        receivedBefore = received;
        patienceNanos = limits.bodyPause().toNanos();
    }
}
