package dev.boda.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What a connection writes. Any thread may write; the one that writes pieces waits while the socket's queue is full.
final class Outbound {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    /// Answers up to this size are copied behind their head, so that they leave in one buffer.
    private static final int SMALL_BODY_BYTES = 16 * 1024;

    private final DirectChannel channel;
    private final Duration patience;
    /// Who waits for room.
    private volatile @Nullable Thread writer;

    Outbound(DirectChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /// A whole answer, or the head of one: in one write.
    ChannelFuture answer(byte[] head, byte[] headEnd, byte[] body) {
        boolean small = body.length <= SMALL_BODY_BYTES;
        var buffer = channel.alloc().directBuffer(head.length + headEnd.length + (small ? body.length : 0));
        buffer.writeBytes(head).writeBytes(headEnd);
        ByteBuf whole = small ? buffer.writeBytes(body) : Unpooled.wrappedBuffer(buffer, Unpooled.wrappedBuffer(body));
        return channel.writeAndFlush(whole);
    }

    /// A whole answer by this thread, if the socket takes it. Only while nothing else is being written.
    ///
    /// @return what the socket did not take
    byte[] answerNow(byte[] head, byte[] headEnd, byte[] body) throws IOException {
        var whole = Bytes.joined(head, headEnd, body);
        int taken = channel.writeNow(ByteBuffer.wrap(whole));
        return taken == whole.length ? Bytes.NONE : Arrays.copyOfRange(whole, taken, whole.length);
    }

    /// The last bytes of an answer in pieces.
    ChannelFuture end(byte[] bytes) {
        return channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    }

    /// The client may send its body.
    void goOn() {
        send(CONTINUE);
    }

    /// The next piece of an answer; waits for the client to have read enough of those before.
    void piece(byte[] bytes, BooleanSupplier open) throws IOException {
        if (!channel.isWritable()) {
            awaitWritable(open);
        }
        if (!open.getAsBoolean()) {
            throw new ClosedChannelException();
        }
        send(bytes);
    }

    /// Counted as being on its way from now on, whoever sends it.
    private void send(byte[] bytes) {
        var _ = channel.write(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
        Carrier.execute(channel.eventLoop(), channel::flush);
    }

    /// Sleeps without a monitor, for which the I/O thread would have to queue up behind a thread that it may carry
    /// itself.
    private void awaitWritable(BooleanSupplier open) throws IOException {
        long ends = System.nanoTime() + patience.toNanos();
        writer = Thread.currentThread();
        try {
            while (!channel.isWritable() && open.getAsBoolean()) {
                long left = ends - System.nanoTime();
                if (left <= 0) {
                    throw new SlowClientException("The client takes too long to read the answer");
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("Interrupted while writing an answer");
                }
            }
        } finally {
            writer = null;
        }
    }

    /// I/O thread: there may be room again, or nobody to write to.
    void changed() {
        var waiting = writer;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
