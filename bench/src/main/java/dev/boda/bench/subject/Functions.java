package dev.boda.bench.subject;

import dev.boda.bench.load.Client;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The functions of a Boda server, made, changed and deleted through its API.
public final class Functions implements AutoCloseable {

    private static final String PATH = "/2015-03-31/functions";
    private static final String ROLE = "arn:aws:iam::000000000000:role/bench";
    private static final int TIMEOUT_SECONDS = 900;
    private static final int SMALL = 128;
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Client client;
    private final String zip;

    public Functions(String url) throws IOException {
        client = new Client(Target.of(url), BodaServer.signer("lambda"));
        zip = Base64.getEncoder().encodeToString(Handlers.zip());
    }

    /// The request that creates a function that gives back its event.
    public Request creation(String name, String runtime, int memoryMegabytes) {
        return creation(name, runtime, Handlers.HANDLER, memoryMegabytes);
    }

    private Request creation(String name, String runtime, String handler, int memoryMegabytes) {
        return creation(name, runtime, handler, memoryMegabytes, zip);
    }

    /// The request that creates a function with a small package that no other function has.
    static Request creationOfItsOwn(String name, String runtime) throws IOException {
        var own = Base64.getEncoder().encodeToString(Handlers.zip(name));
        return creation(name, runtime, Handlers.HANDLER, SMALL, own);
    }

    private static Request creation(String name, String runtime, String handler, int memoryMegabytes, String zip) {
        var members = Map.of(
                "FunctionName", name,
                "Runtime", runtime,
                "Role", ROLE,
                "Handler", handler,
                "Timeout", TIMEOUT_SECONDS,
                "MemorySize", memoryMegabytes,
                "Code", Map.of("ZipFile", zip));
        return new Request("POST", PATH, List.of(), JsonMapper.shared().writeValueAsBytes(members));
    }

    /// Creates a function and waits until it can be called.
    public void create(String name, String runtime, int memoryMegabytes) throws IOException {
        create(name, runtime, Handlers.HANDLER, memoryMegabytes);
    }

    /// The same with one of the [Handlers].
    public void create(String name, String runtime, String handler, int memoryMegabytes) throws IOException {
        ask(creation(name, runtime, handler, memoryMegabytes));
        awaitReady(name);
    }

    /// The same with a package of its own.
    public void create(String name, String runtime, String handler, int memoryMegabytes, byte[] packed)
            throws IOException {
        ask(creation(
                name, runtime, handler, memoryMegabytes, Base64.getEncoder().encodeToString(packed)));
        awaitReady(name);
    }

    public static Request deletion(String name) {
        return new Request("DELETE", PATH + "/" + name, List.of(), new byte[0]);
    }

    public void delete(String name) throws IOException {
        ask(deletion(name));
    }

    public static Request configurationReading(String name) {
        return new Request("GET", PATH + "/" + name + "/configuration", List.of(), new byte[0]);
    }

    static Request reading(String name) {
        return new Request("GET", PATH + "/" + name, List.of(), new byte[0]);
    }

    static Request publication(String name) {
        return new Request("POST", PATH + "/" + name + "/versions", List.of(), "{}".getBytes(StandardCharsets.UTF_8));
    }

    /// The request that asks for the 50 functions behind a marker.
    static Request listing(String marker) {
        return new Request("GET", PATH + "/?Marker=" + marker, List.of(), new byte[0]);
    }

    /// The request that asks for the first 50 functions.
    public static Request listing() {
        return new Request("GET", PATH + "/", List.of(), new byte[0]);
    }

    /// The request that lets a function run so often at once.
    static Request reservation(String name, int most) {
        byte[] body = ("{\"ReservedConcurrentExecutions\":" + most + "}").getBytes(StandardCharsets.UTF_8);
        return new Request("PUT", "/2017-10-31/functions/" + name + "/concurrency", List.of(), body);
    }

    /// The request that lets it run as often as there is room again.
    static Request unreservation(String name) {
        return new Request("DELETE", "/2017-10-31/functions/" + name + "/concurrency", List.of(), new byte[0]);
    }

    /// The request that changes a function's description.
    public static Request update(String name, String description) {
        byte[] body = ("{\"Description\":\"" + description + "\"}").getBytes(StandardCharsets.UTF_8);
        return new Request("PUT", PATH + "/" + name + "/configuration", List.of(), body);
    }

    /// Waits until a function is active and no change of it is under way.
    public void awaitReady(String name) throws IOException {
        long deadline = System.nanoTime() + WAIT_NANOS;
        while (true) {
            var configuration = ask(configurationReading(name));
            if (configuration.path("State").asString("").equals("Active")
                    && configuration.path("LastUpdateStatus").asString("").equals("Successful")) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("The function " + name + " does not become ready: " + configuration);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// Asks for something and says how long it took, in nanoseconds; negative when it was refused.
    public long measure(Request request) throws IOException {
        var reply = client.ask(request);
        return reply.succeeded() ? reply.nanos() : -1;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    JsonNode ask(Request request) throws IOException {
        var reply = client.ask(request);
        if (reply.status() / 100 != 2) {
            throw new IOException(request.method() + " " + request.path() + ": " + reply.status() + " " + reply.text());
        }
        return JsonMapper.shared().readTree(reply.text().isEmpty() ? "{}" : reply.text());
    }
}
