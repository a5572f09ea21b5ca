package dev.boda;

import dev.boda.aws.FrontDoor;
import dev.boda.aws.Origin;
import dev.boda.engine.ExecutionEnvironment;
import dev.boda.engine.InsideEndpoints;
import dev.boda.functionurl.FunctionUrlDoor;
import dev.boda.http.BodyMemory;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import dev.boda.names.NameServer;
import dev.boda.runtimeapi.RuntimeApiServer;
import dev.boda.sandbox.InsideSockets;
import dev.boda.telemetry.EnvironmentLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Joins what is served inside an environment's own network: its Runtime API, AWS's APIs behind a door that only keys
/// of roles open, function URLs, and names.
final class InsideServing implements InsideEndpoints, AutoCloseable {

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private static final int KILOBYTE = 1024;

    /// More than the largest answer of an operation, of which it may leave one unread.
    private static final int ANSWERS_BYTES = 8 * KILOBYTE * KILOBYTE;

    private static final int WINDOW_BYTES = 64 * KILOBYTE;

    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    private final HttpServer http;
    private final RuntimeApiServer runtimeApi;
    private final NameServer names;
    private final Terms terms;
    private final HttpLimits limits;
    private final BodyMemory bodies;
    private volatile @Nullable FunctionUrlDoor urls;
    private volatile @Nullable FrontDoor door;

    /// @param port        of AWS's APIs inside, the front address's
    /// @param connections that an environment's processes may have open to them at once
    /// @param bodyBytes   what the bodies of their requests may take, those of all environments together
    /// @param names       what they may learn
    record Terms(int port, int connections, long bodyBytes, NameServer.Rules names) {}

    /// Serves AWS's APIs not before they are [opened][#open].
    static InsideServing start(HttpServer http, RuntimeApiServer runtimeApi, Terms terms, RandomGenerator random)
            throws IOException {
        return new InsideServing(http, runtimeApi, NameServer.start(terms.names, RESOLV_CONF, random), terms);
    }

    InsideServing(HttpServer http, RuntimeApiServer runtimeApi, NameServer names, Terms terms) {
        this.http = http;
        this.runtimeApi = runtimeApi;
        this.names = names;
        this.terms = terms;
        this.bodies = BodyMemory.of(terms.bodyBytes);
        this.limits = HttpLimits.STANDARD.with(its -> {
            its.connections = terms.connections;
            its.bodyWindowBytes = WINDOW_BYTES;
            its.answerMemoryBytes = ANSWERS_BYTES;
            its.drain = Duration.ZERO;
        });
    }

    /// AWS's APIs and function URLs are served from now on. Not before they are made: what they do is done in
    /// environments.
    ///
    /// @param front the door of the front address
    /// @param named function URLs, which are served here by their host names only
    void open(FrontDoor front, KnownKeys keys, FunctionUrlDoor named) {
        urls = named;
        door = front.onlyFor(keys::findIssued, Map.of("/_", InsideServing::refuseOwn));
    }

    /// What is Boda's own is for those who run it.
    private static void refuseOwn(HttpExchange exchange) throws IOException {
        refuse(
                exchange,
                FORBIDDEN,
                "AccessDeniedException",
                "Inside an execution environment Boda serves AWS's APIs only, and no path of its own, such as "
                        + "/_boda/ and /_localstack/.");
    }

    private static void refuse(HttpExchange exchange, int status, String code, String sentence) throws IOException {
        var headers = HttpHeaders.builder()
                .add("Content-Type", "application/json")
                .add("x-amzn-ErrorType", code)
                .build();
        exchange.leaveBody();
        exchange.respond(status, headers, ("{\"message\":\"" + sentence + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String runtimeApi() {
        return InsideSockets.RUNTIME_API;
    }

    @Override
    public String awsUrl() {
        return "http://127.0.0.1:" + terms.port;
    }

    @Override
    public Served serve(ExecutionEnvironment environment, InsideSockets sockets, EnvironmentLog log)
            throws IOException {
        var closer = new Closer();
        // Closed again, harmlessly, by whoever serves it.
        closer.add(sockets);
        try {
            closer.add(runtimeApi.serve(environment, sockets.runtimeApi()));
            closer.add(http.listen(sockets.aws(), aws(origin(environment)), limits, bodies));
            closer.add(names.serve(sockets.names(), Set.of(InsideSockets.HOST_NAME), onAws(log)));
            return closer::close;
        } catch (IOException | RuntimeException failed) {
            closer.close();
            throw failed;
        }
    }

    /// Answers no questions for names any more. What is served in an environment ends with that.
    @Override
    public void close() {
        names.close();
    }

    /// As AWS's condition key names the function whose code calls; and the environment, for which AWS has none.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html>
    private static Origin origin(ExecutionEnvironment environment) {
        return new Origin(
                environment.id(),
                Map.of(
                        "lambda:SourceFunctionArn",
                        List.of(environment.version().functionArn()),
                        "boda:ExecutionEnvironment",
                        List.of(environment.id())));
    }

    /// Who serves a request that names a function URL.
    private Optional<FunctionUrlDoor> named(HttpExchange exchange) {
        return Optional.ofNullable(urls).filter(its -> its.isNamedBy(exchange));
    }

    private HttpHandler aws(Origin origin) {
        return new HttpHandler() {
            @Override
            public void handle(HttpExchange exchange) throws Exception {
                var opened = door;
                if (opened == null) {
                    refuse(exchange, UNAVAILABLE, "ServiceUnavailable", "The server is starting; try again.");
                } else if (named(exchange).isPresent()) {
                    named(exchange).get().handle(exchange, origin);
                } else {
                    opened.handle(exchange, origin);
                }
            }

            @Override
            public boolean isBrief(HttpExchange request) {
                var opened = door;
                var named = named(request);
                return named.isPresent() ? named.get().isBrief(request) : opened != null && opened.isBrief(request);
            }
        };
    }

    private Consumer<String> onAws(EnvironmentLog log) {
        var remedy = terms.names.egress() ? " To let functions reach AWS itself, start Boda with --allow-aws." : "";
        return name -> log.notice("The function looked up " + name + ", a name of AWS, which does not exist here: its"
                + " SDK is too old for AWS_ENDPOINT_URL, or was given an endpoint by hand. Use a newer SDK, or make the"
                + " client with the endpoint " + awsUrl() + ", the value of AWS_ENDPOINT_URL." + remedy);
    }
}
