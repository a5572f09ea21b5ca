package dev.boda.bench.subject;

import dev.boda.bench.load.Client;
import dev.boda.bench.load.ClosedLoop;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.LoadResult;
import dev.boda.bench.load.OpenLoop;
import dev.boda.bench.load.Outgoing;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.Schedule;
import dev.boda.bench.load.SignedRequests;
import dev.boda.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// A server that is given events of 1 KB for trivial functions of Node.js: one that runs them, one that the first
/// events keep busy while the others wait, and one that is called while that goes on.
public final class ManyEvents implements AutoCloseable {

    /// Connections.
    public static final int CALLERS = 64;

    private static final String RUNNING = "running";
    private static final String WAITING = "waiting";
    private static final String CALLED = "called";

    /// Of a function's events.
    private static final int SHARDS = 2;

    private static final int WHOLE_PROCESSOR = 1_769;
    private static final int PAYLOAD_BYTES = 1_024;
    private static final int EMPTY_ANSWER = 2;
    private static final int THROTTLED = 429;
    private static final long WAIT_NANOS = 120_000_000_000L;
    private static final long POLL_NANOS = 50_000_000;

    /// The same schedules in every run.
    private static final long SEED = 20_261_122;

    private final BodaServer server;
    private final Target target;
    private final Functions functions;
    private final Client client;
    private final URL metrics;

    /// Creates the functions.
    public ManyEvents(BodaServer server, String runtime) throws IOException {
        this.server = server;
        target = Target.of(server.url());
        metrics = URI.create(server.url()).resolve("/metrics").toURL();
        functions = new Functions(server.url());
        client = new Client(target, BodaServer.signer("lambda"));
        functions.create(RUNNING, runtime, WHOLE_PROCESSOR);
        functions.create(WAITING, runtime, Handlers.HOLDING, WHOLE_PROCESSOR);
        functions.create(CALLED, runtime, WHOLE_PROCESSOR);
    }

    /// An event, a JSON string.
    public static byte[] payload() {
        var payload = new byte[PAYLOAD_BYTES];
        Arrays.fill(payload, (byte) 'x');
        payload[0] = '"';
        payload[PAYLOAD_BYTES - 1] = '"';
        return payload;
    }

    /// What callers met, and what came of events beside them.
    ///
    /// @param run how many events were run meanwhile
    public record Beside(LoadResult calls, LoadResult events, long run) {}

    /// Events that waited and then were run.
    public record Drained(long events, long nanos) {

        public double perSecond() {
            return events * 1e9 / nanos;
        }
    }

    public long pid() {
        return server.pid();
    }

    /// The events of one function wait from now until `time` is over: it may run as often at once as its events have
    /// shards in the queue, and an event of each is busy.
    ///
    /// @return when it no longer is, of [System#nanoTime()]
    public long pause(Duration time) throws IOException {
        functions.ask(Functions.reservation(WAITING, SHARDS));
        long until = System.currentTimeMillis() + time.toMillis();
        long end = System.nanoTime() + time.toNanos();
        var event = ("{\"until\":" + until + "}").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < SHARDS; i++) {
            functions.ask(Request.invokeLater(WAITING, event));
        }
        awaitTrue(
                "is busy", () -> client.ask(Request.invoke(WAITING, payload())).status() == THROTTLED);
        return end;
    }

    /// As many callers as [#CALLERS] whose events are accepted and wait, each the next one as soon as it is answered.
    public LoadResult accept(Duration time) throws IOException {
        return ClosedLoop.run(
                load(Request.invokeLater(WAITING, payload()), CALLERS, 0).during(time));
    }

    /// So many a second, accepted and waiting.
    public LoadResult accept(double perSecond, Duration time) throws IOException, InterruptedException {
        return open(Request.invokeLater(WAITING, payload()), CALLERS, 0, perSecond, time);
    }

    /// Calls of a warm function and nothing else.
    public LoadResult call(double perSecond, Duration time) throws IOException, InterruptedException {
        return open(Request.invoke(CALLED, new byte[0]), CALLERS, EMPTY_ANSWER, perSecond, time);
    }

    /// The same while so many events a second arrive and are run.
    public Beside callBesideRunning(double perSecond, double events, Duration time)
            throws IOException, InterruptedException {
        return beside(RUNNING, perSecond, events, time);
    }

    /// The same while so many events a second arrive and wait.
    public Beside callBesideWaiting(double perSecond, double events, Duration time)
            throws IOException, InterruptedException {
        return beside(WAITING, perSecond, events, time);
    }

    private Beside beside(String function, double perSecond, double events, Duration time)
            throws IOException, InterruptedException {
        long before = invocations(function);
        var request = Request.invokeLater(function, payload());
        try (var other = Executors.newSingleThreadExecutor()) {
            var arriving = other.submit(() -> open(request, CALLERS, 0, events, time));
            var calls = call(perSecond, time);
            long run = invocations(function) - before;
            return new Beside(calls, arriving.get(), run);
        } catch (ExecutionException failed) {
            throw new IOException("Events could not be sent: " + failed.getCause(), failed.getCause());
        }
    }

    /// From the end of a pause until everything that waited has been run, as many at once as the server does.
    ///
    /// @param end    of the pause
    /// @param events that wait behind those that keep the function busy
    public Drained drain(long end, long events) throws IOException {
        functions.ask(Functions.unreservation(WAITING));
        long before = invocations(WAITING);
        LockSupport.parkNanos(end - System.nanoTime());
        awaitTrue("has run what waited", () -> invocations(WAITING) >= before + events + SHARDS);
        return new Drained(events, System.nanoTime() - end);
    }

    private LoadResult open(Request request, int callers, int answerBytes, double perSecond, Duration time)
            throws IOException, InterruptedException {
        var schedule = Schedule.poisson(perSecond, time, new SplittableRandom(SEED));
        return OpenLoop.run(load(request, callers, answerBytes), schedule);
    }

    private Load load(Request request, int callers, int answerBytes) {
        Supplier<Outgoing> requests = () -> new SignedRequests(request, target, BodaServer.signer("lambda"));
        return new Load(target, requests, callers, Duration.ZERO, answerBytes);
    }

    private interface Question {
        boolean isTrue() throws IOException;
    }

    private static void awaitTrue(String what, Question question) throws IOException {
        long deadline = System.nanoTime() + WAIT_NANOS;
        while (!question.isTrue()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("Nobody can wait until the function " + WAITING + " " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /// How often a function has been run, by the server's own count, which nobody signs for.
    private long invocations(String function) throws IOException {
        try (var page = metrics.openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("boda_function_invocations")
                            && line.contains("function_name=\"" + function + "\""))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        functions.close();
    }
}
