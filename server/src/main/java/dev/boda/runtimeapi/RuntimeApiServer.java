package dev.boda.runtimeapi;

import dev.boda.engine.ExecutionEnvironment;
import dev.boda.engine.RuntimeEndpoints;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

/// Gives each environment a Runtime API: inside its own network, or at a port of its own on the loopback interface.
public final class RuntimeApiServer implements RuntimeEndpoints {

    private static final String LOOPBACK = "127.0.0.1";

    /// A runtime is silent for as long as its handler works (15 minutes) and its event may wait as long; its end is
    /// what the engine enforces. When an environment closes nobody is left to answer to.
    private static final Duration LONGER_THAN_ANY_ENVIRONMENT = Duration.ofDays(2);

    /// Two of the largest error reports, one after the other: a runtime has one. The same of events.
    private static final int MEMORY_BYTES = 16 * 1024 * 1024;

    /// What AWS's takes: the client for Java sends stack traces of up to 1 MB in a header, for X-Ray.
    private static final int HEADER_BYTES = 1024 * 1024 + 4096;

    private static final HttpLimits LIMITS = HttpLimits.STANDARD.with(its -> {
        its.headerBytes = HEADER_BYTES;
        its.idle = LONGER_THAN_ANY_ENVIRONMENT;
        its.bodyPause = LONGER_THAN_ANY_ENVIRONMENT;
        its.bodyMemoryBytes = MEMORY_BYTES;
        its.answerMemoryBytes = MEMORY_BYTES;
        its.drain = Duration.ZERO;
    });

    private final HttpServer http;
    private final HttpLimits limits;

    /// @param connections that a function's processes may have open at once
    public RuntimeApiServer(HttpServer http, int connections) {
        this.http = http;
        this.limits = LIMITS.with(its -> its.connections = connections);
    }

    @Override
    public Endpoint open(ExecutionEnvironment environment) throws IOException {
        var api = new RuntimeApi(environment);
        var listener = http.listen(new InetSocketAddress(Inet4Address.ofLiteral(LOOPBACK), 0), api, limits);
        return new ListeningEndpoint(listener);
    }

    /// Serves `environment` at a socket inside its own network, which the listener owns from now on, also when this
    /// throws.
    public HttpServer.Listener serve(ExecutionEnvironment environment, ServerSocketChannel inside) throws IOException {
        try {
            return http.listen(inside, new RuntimeApi(environment), limits);
        } catch (IOException | RuntimeException failed) {
            inside.close();
            throw failed;
        }
    }

    private record ListeningEndpoint(HttpServer.Listener listener) implements Endpoint {

        @Override
        public String address() {
            return LOOPBACK + ":" + listener.address().getPort();
        }

        @Override
        public void close() {
            listener.close();
        }
    }
}
