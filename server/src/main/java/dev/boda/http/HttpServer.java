package dev.boda.http;

import java.io.IOException;
import java.net.InetSocketAddress;

/// The HTTP server: a few I/O threads shared by any number of listeners.
public final class HttpServer implements AutoCloseable {

    /// A bound address whose requests go to one handler. Closing it refuses new connections, lets answers under way
    /// finish for a bounded time, and frees the port.
    public interface Listener extends AutoCloseable {

        InetSocketAddress address();

        @Override
        void close();
    }

    /// Serves `handler` at `address`; port 0 takes a free one.
    @SuppressWarnings("DoNotCallSuggester")
    public Listener listen(InetSocketAddress address, HttpHandler handler) throws IOException {
        throw new IOException(address + " " + handler);
    }

    @Override
    public void close() {}
}
