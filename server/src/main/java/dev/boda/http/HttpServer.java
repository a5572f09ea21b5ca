package dev.boda.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandler;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The HTTP server: a few I/O threads shared by any number of listeners.
public final class HttpServer implements AutoCloseable {

    /// A bound address whose requests go to one handler. Closing it refuses new connections, lets answers under way
    /// finish for as long as its limits say, ends them, and frees the port. Not to be closed by an I/O thread.
    public interface Listener extends AutoCloseable {

        InetSocketAddress address();

        @Override
        void close();
    }

    private static final int BACKLOG = 1024;
    private static final long SWEEP_MILLIS = 500;

    private final HttpLimits limits;
    private final EventLoopGroup loops;
    private final BoundListener.Shared shared;
    private final Set<BoundListener> listeners = ConcurrentHashMap.newKeySet();

    private HttpServer(HttpLimits limits, EventLoopGroup loops, BoundListener.Shared shared) {
        this.limits = limits;
        this.loops = loops;
        this.shared = shared;
    }

    /// A server with `ioThreads` threads that serve nobody yet.
    public static HttpServer start(HttpLimits limits, int ioThreads) {
        var threads = new DefaultThreadFactory("http-io", true);
        var loops = new MultiThreadIoEventLoopGroup(ioThreads, threads, HttpServer::selector);
        var shared = new BoundListener.Shared(loops, allocator(ioThreads), HandlerThreads.of(loops));
        var server = new HttpServer(limits, loops, shared);
        var _ = loops.scheduleWithFixedDelay(server::closeOverdue, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        return server;
    }

    /// With as many I/O threads as are good for a machine of this size.
    public static HttpServer start(HttpLimits limits) {
        return start(limits, Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4));
    }

    /// Where there is one processor only, who is waited for needs it.
    private static IoHandler selector(ThreadAwareExecutor thread) {
        boolean spins = Runtime.getRuntime().availableProcessors() > 1 && thread instanceof SingleThreadEventExecutor;
        SelectStrategyFactory waiting = spins
                ? () -> new BriefSpin(
                        System::nanoTime,
                        SpareCpu.ofMachine(),
                        () -> ((SingleThreadEventExecutor) thread).pendingTasks() > 0)
                : DefaultSelectStrategyFactory.INSTANCE;
        return NioIoHandler.newFactory(SelectorProvider.provider(), waiting).newHandler(thread);
    }

    /// Small chunks, since what a connection holds is small: 256 KB for each thread to begin with.
    private static ByteBufAllocator allocator(int ioThreads) {
        int pageBytes = 8192;
        int pagesOrder = 5;
        int smallOnesKept = 64;
        int largeOnesKept = 16;
        return new PooledByteBufAllocator(
                true, 0, ioThreads, pageBytes, pagesOrder, smallOnesKept, largeOnesKept, false);
    }

    /// Serves `handler` at `address`; port 0 takes a free one. A port in use is a [BindException] that names it.
    public Listener listen(InetSocketAddress address, HttpHandler handler) throws IOException {
        return listen(address, handler, limits);
    }

    /// As [#listen(InetSocketAddress, HttpHandler)], with limits of its own.
    public Listener listen(InetSocketAddress address, HttpHandler handler, HttpLimits its) throws IOException {
        var socket = ServerSocketChannel.open();
        try {
            socket.bind(address, BACKLOG);
            return listen(socket, handler, its);
        } catch (BindException refused) {
            socket.close();
            var named = new BindException(refused.getMessage() + ": " + address);
            named.initCause(refused);
            throw named;
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    /// Serves `handler` at a socket that is bound already, whoever bound it and in whichever network namespace. The
    /// listener owns it from now on.
    public Listener listen(ServerSocketChannel bound, HttpHandler handler, HttpLimits its) throws IOException {
        return listen(bound, handler, its, BodyMemory.of(its.bodyMemoryBytes()));
    }

    /// As [#listen(ServerSocketChannel, HttpHandler, HttpLimits)], with bodies in room that listeners share.
    public Listener listen(ServerSocketChannel bound, HttpHandler handler, HttpLimits its, BodyMemory bodies)
            throws IOException {
        var listener =
                new BoundListener(shared, bound, new BoundListener.Terms(handler, its, bodies), listeners::remove);
        listeners.add(listener);
        listener.open();
        return listener;
    }

    /// How many connections are open, of all listeners.
    public int connections() {
        return listeners.stream().mapToInt(BoundListener::connections).sum();
    }

    /// How many connections are open at one address.
    public int connections(SocketAddress address) {
        return listeners.stream()
                .filter(listener -> listener.address().equals(address))
                .mapToInt(BoundListener::connections)
                .sum();
    }

    /// What the buffers of all connections hold, free ones included.
    public long bufferBytes() {
        return shared.allocator() instanceof PooledByteBufAllocator pooled
                ? pooled.metric().usedDirectMemory() + pooled.metric().usedHeapMemory()
                : 0;
    }

    /// Runs `task` once on each I/O thread, as soon as that gets to it. It must not block.
    public void onEachLoop(Runnable task) {
        loops.forEach(loop -> loop.execute(task));
    }

    private void closeOverdue() {
        long now = System.nanoTime();
        for (var listener : listeners) {
            listener.closeOverdue(now);
        }
    }

    /// Closes every listener, all of them draining at the same time, and the I/O threads.
    @Override
    public void close() {
        listeners.forEach(BoundListener::refuseMore);
        listeners.forEach(BoundListener::close);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
