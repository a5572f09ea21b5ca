package dev.boda.sandbox.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A server in a namespace that tells each client which address it sees.
final class Listener implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 3_000;

    private final ServerSocket socket;

    private Listener(ServerSocket socket) {
        this.socket = socket;
    }

    static Listener open(Namespace where, String address) throws IOException {
        var socket = where.run(() -> new ServerSocket(0, 50, InetAddress.ofLiteral(address)));
        Thread.ofPlatform().daemon(true).start(() -> serve(socket));
        return new Listener(socket);
    }

    private static void serve(ServerSocket socket) {
        while (!socket.isClosed()) {
            try (var client = socket.accept()) {
                client.getOutputStream()
                        .write(client.getInetAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // The client left, or the test is over.
            }
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }

    /// What a client in a namespace is told.
    String askedFrom(Namespace where) throws IOException {
        return askedFrom(where, PATIENCE_MILLIS);
    }

    String askedFrom(Namespace where, int patienceMillis) throws IOException {
        return where.run(() -> ask(address(), patienceMillis));
    }

    static String ask(InetSocketAddress server, int patienceMillis) throws IOException {
        try (var client = new Socket()) {
            client.setSoTimeout(patienceMillis);
            client.connect(server, patienceMillis);
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
