package dev.boda.runtimeapi;

import dev.boda.engine.ExecutionEnvironment;
import dev.boda.engine.RuntimeEndpoints;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;

/// Gives each environment a Runtime API at a port of its own on the loopback interface.
public final class RuntimeApiServer implements RuntimeEndpoints {

    private static final String LOOPBACK = "127.0.0.1";

    /// A runtime is silent for as long as its handler works (15 minutes) and its event may wait as long; its end is
    /// what the engine enforces. When an environment closes nobody is left to answer to.
    private static final Duration LONGER_THAN_ANY_ENVIRONMENT = Duration.ofDays(2);

    private static final int CONNECTIONS_OF_A_RUNTIME = 256;

    static final HttpLimits LIMITS = HttpLimits.STANDARD.with(its -> {
        its.idle = LONGER_THAN_ANY_ENVIRONMENT;
        its.bodyPause = LONGER_THAN_ANY_ENVIRONMENT;
        its.connections = CONNECTIONS_OF_A_RUNTIME;
        its.drain = Duration.ZERO;
    });

    private final HttpServer http;

    public RuntimeApiServer(HttpServer http) {
        this.http = http;
    }

    @Override
    public Endpoint open(ExecutionEnvironment environment) throws IOException {
        var api = new RuntimeApi(environment);
        var listener = http.listen(new InetSocketAddress(Inet4Address.ofLiteral(LOOPBACK), 0), api, LIMITS);
        return new ListeningEndpoint(listener);
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
