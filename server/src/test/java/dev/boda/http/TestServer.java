package dev.boda.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;

/// A server at free ports of this machine, with one I/O thread, that waits for nobody when it closes.
final class TestServer implements AutoCloseable {

    static final HttpLimits LIMITS = HttpLimits.STANDARD.with(its -> its.drain = Duration.ZERO);

    private final HttpServer server = HttpServer.start(LIMITS, 1);

    InetSocketAddress serve(HttpHandler handler) throws IOException {
        return serve(handler, LIMITS);
    }

    InetSocketAddress serve(HttpHandler handler, Consumer<HttpLimits.Draft> limits) throws IOException {
        return serve(handler, LIMITS.with(limits));
    }

    private InetSocketAddress serve(HttpHandler handler, HttpLimits limits) throws IOException {
        return server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), handler, limits)
                .address();
    }

    @Override
    public void close() {
        server.close();
    }
}
