package dev.boda.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts connections at one address for one handler, and runs the handler on a virtual thread per request.
final class BoundListener implements HttpServer.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(BoundListener.class);
    private static final int LARGEST_PART_BYTES = 64 * 1024;
    private static final int MADE_ROOM_SHARE = 64;
    private static final int FEW_CONNECTIONS = 64;
    private static final int DEAD_PEER_ASKED_SECONDS = 60;
    private static final int DEAD_PEER_AGAIN_SECONDS = 15;
    private static final int DEAD_PEER_TIMES = 4;
    private static final WriteBufferWaterMark QUEUE = new WriteBufferWaterMark(128 * 1024, 256 * 1024);
    private static final long LONGEST_TO_FREE_A_PORT_NANOS = 1_000_000_000;
    private static final long FREE_PORT_CHECK_NANOS = 20_000;

    /// What all listeners of a server share.
    record Shared(EventLoopGroup loops, ByteBufAllocator allocator, HandlerThreads handlers) {}

    /// Who answers, and how much the clients may take.
    record Terms(HttpHandler handler, HttpLimits limits, BodyMemory bodies) {}

    private final Shared shared;
    private final ServerSocketChannel socket;
    private final DirectChannel.Acceptor channel;
    private final InetSocketAddress address;
    private final HandlerCalls calls;
    private final HttpLimits limits;
    private final Consumer<BoundListener> onClose;
    private final HttpDecoderConfig decoding;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong unreadBytes = new AtomicLong();
    private final BodyMemory bodyMemory;
    private volatile boolean closing;
    private volatile @Nullable HttpConnection newest;
    private final Set<Thread> closers = ConcurrentHashMap.newKeySet();

    BoundListener(Shared shared, ServerSocketChannel socket, Terms terms, Consumer<BoundListener> onClose)
            throws IOException {
        this.shared = shared;
        this.socket = socket;
        this.address = (InetSocketAddress) socket.getLocalAddress();
        this.calls = new HandlerCalls(terms.handler, shared.handlers());
        this.limits = terms.limits;
        this.onClose = onClose;
        bodyMemory = terms.bodies;
        channel = new DirectChannel.Acceptor(socket);
        decoding = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(LARGEST_PART_BYTES);
    }

    void open() {
        if (limits.connections() < FEW_CONNECTIONS
                && channel.config().getRecvByteBufAllocator() instanceof MaxMessagesRecvByteBufAllocator accepting) {
            // Those that are accepted together are counted when all of them are.
            accepting.maxMessagesPerRead(1);
        }
        channel.pipeline().addLast(new Acceptor());
        shared.loops().register(channel).syncUninterruptibly();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    HttpLimits limits() {
        return limits;
    }

    BodyMemory bodyMemory() {
        return bodyMemory;
    }

    boolean closing() {
        return closing;
    }

    int connections() {
        return connections.size();
    }

    HandlerCalls calls() {
        return calls;
    }

    void opened(HttpConnection connection) {
        connections.add(connection);
        if (closing) {
            connection.close();
        }
    }

    void closed(HttpConnection connection) {
        connections.remove(connection);
        if (accepted.decrementAndGet() <= limits.connections()
                && !closing
                && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        closers.forEach(LockSupport::unpark);
    }

    void closeOverdue(long nowNanos) {
        for (var connection : connections) {
            connection.pace().endIfOverdue(nowNanos);
        }
        int tooMany = accepted.get() - limits.connections();
        if (tooMany > 0) {
            makeRoom(tooMany);
        }
    }

    /// Closes some of the connections that wait for a request, so that not every newcomer has to look for one. If none
    /// waits, one more is served than the limit says, and the next ones wait in the kernel's queue.
    private void makeRoom(int tooMany) {
        connections.stream()
                .filter(connection -> connection != newest && connection.pace().waitsForRequest())
                .map(HttpConnection::waiting)
                .sorted()
                .limit(tooMany + limits.connections() / MADE_ROOM_SHARE)
                .forEach(waiting -> waiting.connection().makeRoom());
    }

    /// I/O threads: clients have that much more of their answers still to read. Where that is too much, those who read
    /// longest without progress lose theirs.
    void unread(long moreBytes) {
        long surplus = unreadBytes.addAndGet(moreBytes) - limits.answerMemoryBytes();
        if (moreBytes <= 0 || surplus <= 0) {
            return;
        }
        long now = System.nanoTime();
        var readers = connections.stream()
                .filter(connection -> connection.pace().unreadBytes() > 0)
                .map(HttpConnection::waiting)
                .sorted(Comparator.comparingLong(reader -> reader.sinceNanos() - now))
                .iterator();
        while (surplus > 0 && readers.hasNext()) {
            var slowest = readers.next().connection();
            surplus -= slowest.pace().unreadBytes();
            slowest.cutOff(Refusal.Reason.ANSWER_UNREAD);
        }
    }

    @Override
    public void close() {
        refuseMore();
        awaitDrained();
        connections.forEach(HttpConnection::close);
        onClose.accept(this);
    }

    /// Frees the port and ends the connections that serve nothing now.
    void refuseMore() {
        if (closing) {
            return;
        }
        closing = true;
        channel.close().syncUninterruptibly();
        freePort();
        connections.forEach(HttpConnection::drain);
    }

    /// The selector lets go of a closed socket when its thread next selects, and then closes it. That is soon; only
    /// keeping the thread busy with tasks would put it off.
    private void freePort() {
        long ends = System.nanoTime() + LONGEST_TO_FREE_A_PORT_NANOS;
        while (socket.isRegistered() && ends - System.nanoTime() > 0) {
            LockSupport.parkNanos(FREE_PORT_CHECK_NANOS);
        }
        channel.eventLoop().submit(() -> {}).syncUninterruptibly();
    }

    /// Parks, and takes no monitor: I/O threads would have to take it as well.
    private void awaitDrained() {
        closers.add(Thread.currentThread());
        long ends = System.nanoTime() + limits.drain().toNanos();
        for (long left = ends - System.nanoTime();
                left > 0 && !connections.isEmpty() && !Thread.currentThread().isInterrupted();
                left = ends - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /// A client whose machine is gone, or unplugged, says nothing of it: without this an invocation of minutes would
    /// hold its connection for hours.
    private static void noticeDeadPeers(DirectChannel child) {
        var config = child.config();
        config.setKeepAlive(true);
        config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), DEAD_PEER_ASKED_SECONDS);
        config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), DEAD_PEER_AGAIN_SECONDS);
        config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), DEAD_PEER_TIMES);
    }

    /// Turns accepted sockets into connections, as many as the limit allows.
    private final class Acceptor extends ChannelInboundHandlerAdapter {

        private static final int PAUSE_AFTER_FAILURE_MILLIS = 500;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var child = (DirectChannel) message;
            var connection = new HttpConnection(BoundListener.this, child);
            child.config().setTcpNoDelay(true);
            noticeDeadPeers(child);
            child.config().setAllocator(shared.allocator());
            child.config().setWriteBufferWaterMark(QUEUE);
            child.pipeline().addLast(new RequestDecoder(decoding), connection);
            shared.loops().register(child).addListener(result -> {
                if (!result.isSuccess()) {
                    child.unsafe().closeForcibly();
                }
            });
            newest = connection;
            int tooMany = accepted.incrementAndGet() - limits.connections();
            if (tooMany > 0) {
                context.channel().config().setAutoRead(false);
                makeRoom(tooMany);
                // One may have been closed just before reading ended, and have found it going on.
                if (accepted.get() <= limits.connections() && !closing) {
                    context.channel().config().setAutoRead(true);
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            calls.tell(() -> LOG.warn("Cannot accept a connection at {}: {}", address, cause.getMessage()));
            var config = context.channel().config();
            config.setAutoRead(false);
            var _ = context.executor()
                    .schedule(
                            () -> config.setOption(ChannelOption.AUTO_READ, true),
                            PAUSE_AFTER_FAILURE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }
}
