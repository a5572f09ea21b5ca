package dev.boda.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Answers every request with `{}`, in one thread a connection; the `slowOne`-th request of all after a while.
final class LoopbackServer implements AutoCloseable {

    private final ServerSocket socket;
    private final int slowOne;
    private final long slowNanos;
    private final byte[] answer;
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());

    LoopbackServer(int slowOne, long slowNanos) throws IOException {
        this(slowOne, slowNanos, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    }

    LoopbackServer(int slowOne, long slowNanos, String answer) throws IOException {
        this.slowOne = slowOne;
        this.slowNanos = slowNanos;
        this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
        socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::accept);
    }

    Target target() {
        return new Target("127.0.0.1", socket.getLocalPort());
    }

    int requests() {
        return requests.get();
    }

    List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            var head = new StringBuilder();
            for (int next = client.getInputStream().read();
                    next >= 0;
                    next = client.getInputStream().read()) {
                head.append((char) next);
                if (head.toString().endsWith("\r\n\r\n")) {
                    heads.add(head.toString());
                    head.setLength(0);
                    if (requests.incrementAndGet() == slowOne) {
                        LockSupport.parkNanos(slowNanos);
                    }
                    client.getOutputStream().write(answer);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
