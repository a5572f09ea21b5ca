package dev.boda.api.debug;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens at 127.0.0.1 for debuggers and carries their bytes to the debugger's end in the function's environment and
/// back. Two virtual threads a connection, each with one buffer: whoever reads slowly is written to slowly.
final class Relay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /// An inspector makes some at a time, others one.
    private static final int MOST_CONNECTIONS = 32;

    /// Longest until a debugger has greeted: others would keep those out that do.
    private static final Duration LONGEST_GREETING = Duration.ofSeconds(10);

    private static final int BUFFER_BYTES = 16 * 1_024;
    private static final int BACKLOG = 16;

    private final ServerSocketChannel listener;
    private final String greeting;
    private final Duration longestGreeting;
    private final Inside inside;
    private final Consumer<String> problems;
    private final Semaphore room = new Semaphore(MOST_CONNECTIONS);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// The other end.
    interface Inside {

        /// Waits until there is one.
        SocketChannel connect() throws IOException, InterruptedException;
    }

    private Relay(
            ServerSocketChannel listener,
            String greeting,
            Duration longestGreeting,
            Inside inside,
            Consumer<String> problems) {
        this.listener = listener;
        this.greeting = greeting;
        this.longestGreeting = longestGreeting;
        this.inside = inside;
        this.problems = problems;
    }

    /// Takes the port; connections come from now on.
    ///
    /// @param port     0 takes a free one
    /// @param greeting what the first bytes must be: others are let go
    /// @param problems is told, in a sentence, why a debugger could not be served
    static Relay start(int port, String greeting, Inside inside, Consumer<String> problems) throws IOException {
        var listener = ServerSocketChannel.open();
        try {
            listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
        } catch (IOException refused) {
            listener.close();
            throw refused;
        }
        return start(listener, greeting, LONGEST_GREETING, inside, problems);
    }

    /// As above, where the port is taken already.
    static Relay start(
            ServerSocketChannel listener,
            String greeting,
            Duration longestGreeting,
            Inside inside,
            Consumer<String> problems) {
        var relay = new Relay(listener, greeting, longestGreeting, inside, problems);
        Thread.ofVirtual().name("debug-relay").start(relay::accept);
        return relay;
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    private void accept() {
        try {
            while (!closed) {
                room.acquire();
                var debugger = listener.accept();
                Thread.ofVirtual().name("debug-connection").start(() -> {
                    try (debugger) {
                        serve(debugger);
                    } catch (IOException gone) {
                        LOG.debug("A debugger's connection ended", gone);
                    } finally {
                        room.release();
                    }
                });
            }
        } catch (IOException | InterruptedException over) {
            LOG.debug("No more debuggers are let in", over);
            if (!closed) {
                problems.accept(
                        "No more debuggers are let in: the port failed (" + over + "). End this, and begin anew.");
            }
        }
    }

    private void serve(SocketChannel debugger) throws IOException {
        open.add(debugger);
        try {
            var first = ByteBuffer.allocate(BUFFER_BYTES);
            if (!closed && greets(debugger, first)) {
                serve(debugger, first.flip());
            }
        } finally {
            open.remove(debugger);
        }
    }

    /// Whether what comes first, and in time, is what a debugger says.
    private boolean greets(SocketChannel debugger, ByteBuffer first) throws IOException {
        var expected = greeting.getBytes(StandardCharsets.US_ASCII);
        long deadline = System.nanoTime() + longestGreeting.toNanos();
        while (first.position() < expected.length) {
            if (read(debugger, first, deadline) < 0) {
                return false;
            }
            for (int i = 0; i < Math.min(first.position(), expected.length); i++) {
                if (first.get(i) != expected[i]) {
                    problems.accept("Something that is no debugger of this language connected, and was let go.");
                    return false;
                }
            }
        }
        return true;
    }

    /// Throws a [java.net.SocketTimeoutException] when the time is over.
    private static int read(SocketChannel from, ByteBuffer to, long deadline) throws IOException {
        var socket = from.socket();
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        socket.setSoTimeout((int) Math.max(1, left));
        var bytes = new byte[to.remaining()];
        int read = socket.getInputStream().read(bytes);
        if (read > 0) {
            to.put(bytes, 0, read);
        }
        return read;
    }

    private void serve(SocketChannel debugger, ByteBuffer first) throws IOException {
        try (var function = inside.connect()) {
            open.add(function);
            try {
                if (closed) {
                    return;
                }
                write(function, first);
                var back = Thread.ofVirtual().name("debug-answers").start(() -> carry(function, debugger));
                carry(debugger, function);
                back.join();
            } finally {
                open.remove(function);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException refused) {
            if (!closed) {
                problems.accept("A debugger could not be let in: " + refused.getMessage() + ".");
            }
            throw refused;
        }
    }

    /// Until one of them ends; then both do.
    private static void carry(SocketChannel from, SocketChannel to) {
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                write(to, buffer.flip());
                buffer.clear();
            }
        } catch (IOException gone) {
            LOG.trace("One end of a debugger's connection is gone", gone);
        }
    }

    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /// Frees the port and cuts every connection.
    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        for (var channel : open) {
            channel.close();
        }
    }
}
