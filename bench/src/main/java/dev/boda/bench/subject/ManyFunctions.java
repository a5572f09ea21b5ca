package dev.boda.bench.subject;

import dev.boda.bench.load.ClosedLoop;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.LoadResult;
import dev.boda.bench.load.Outgoing;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.SignedRequests;
import dev.boda.bench.load.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// A server with many functions, each with a package of its own: they are created, read and listed, and one of them is
/// published again and again.
public final class ManyFunctions {

    /// At once, of everything that several do.
    public static final int CALLERS = 8;

    /// Requests that a caller of [#read] sends in turns.
    private static final int REQUESTS = 64;

    private final BodaServer server;
    private final String runtime;
    private final RandomGenerator random = RandomGenerator.of("SplittableRandom");

    public ManyFunctions(BodaServer server, String runtime) {
        this.server = server;
        this.runtime = runtime;
    }

    /// When each of many calls was answered, in nanoseconds from the first one's begin, in order.
    public record Answered(long[] nanos) {

        public double firstPerSecond(int number) {
            return number * 1e9 / nanos[number - 1];
        }

        public double lastPerSecond(int number) {
            int before = nanos.length - number;
            return number * 1e9 / (nanos[nanos.length - 1] - (before == 0 ? 0 : nanos[before - 1]));
        }
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "many-%05d", number);
    }

    /// Creates them, each caller the next one as soon as it is answered.
    public Answered create(int functions) throws IOException, InterruptedException {
        var next = new AtomicInteger();
        var nanos = new long[functions];
        long begun = System.nanoTime();
        together(() -> {
            try (var client = new Functions(server.url())) {
                for (int i = next.getAndIncrement(); i < functions; i = next.getAndIncrement()) {
                    client.ask(Functions.creationOfItsOwn(name(i), runtime));
                    nanos[i] = System.nanoTime() - begun;
                }
            }
        });
        java.util.Arrays.sort(nanos);
        return new Answered(nanos);
    }

    /// Waits until all can be called, and says how long that took.
    public long awaitReady(int functions) throws IOException {
        long begun = System.nanoTime();
        try (var client = new Functions(server.url())) {
            for (int i = functions - 1; i >= 0; i--) {
                client.awaitReady(name(i));
            }
        }
        return System.nanoTime() - begun;
    }

    /// Publishes one of them so often, each time changed before, and says what the publishing alone took, in order.
    public Answered publish(int versions) throws IOException {
        var nanos = new long[versions];
        long all = 0;
        try (var client = new Functions(server.url())) {
            for (int i = 0; i < versions; i++) {
                client.ask(Functions.update(name(0), "for version " + (i + 1)));
                client.awaitReady(name(0));
                all += client.measure(Functions.publication(name(0)));
                nanos[i] = all;
            }
            var last =
                    client.ask(Functions.publication(name(0))).path("Version").asString("");
            if (!last.equals(Integer.toString(versions))) {
                throw new IOException("The last of " + versions + " versions is called " + last);
            }
        }
        return new Answered(nanos);
    }

    /// Reads any of them.
    public LoadResult get(int functions, Duration time) throws IOException {
        return read(time, () -> Functions.reading(name(random.nextInt(functions))));
    }

    /// Reads any page of the listing.
    public LoadResult pages(Listing listing, Duration time) throws IOException {
        return read(time, () -> Functions.listing(listing.markers.get(random.nextInt(listing.markers.size()))));
    }

    private interface Requests {
        Request next();
    }

    private LoadResult read(Duration time, Requests requests) throws IOException {
        var target = Target.of(server.url());
        var result = ClosedLoop.run(new Load(target, () -> inTurns(target, requests), CALLERS, time, Load.ANY));
        if (result.errors() > 0) {
            throw new IOException(result.errors() + " of " + result.calls() + " readings failed");
        }
        return result;
    }

    private static Outgoing inTurns(Target target, Requests requests) {
        var signer = BodaServer.signer("lambda");
        var all = new ArrayList<Outgoing>();
        for (int i = 0; i < REQUESTS; i++) {
            all.add(new SignedRequests(requests.next(), target, signer));
        }
        var turn = new AtomicInteger();
        return () -> all.get(turn.getAndIncrement() % REQUESTS).next();
    }

    /// All functions, page by page.
    ///
    /// @param markers of each page but the first
    public record Listing(int functions, List<String> markers, long nanos) {}

    /// Lists all, one caller.
    public Listing list() throws IOException {
        var markers = new ArrayList<String>();
        int functions = 0;
        long begun = System.nanoTime();
        try (var client = new Functions(server.url())) {
            var request = Functions.listing();
            for (var marker = "-"; !marker.isEmpty(); ) {
                var page = client.ask(request);
                functions += page.path("Functions").size();
                marker = page.path("NextMarker").asString("");
                if (!marker.isEmpty()) {
                    markers.add(marker);
                    request = Functions.listing(marker);
                }
            }
        }
        return new Listing(functions, List.copyOf(markers), System.nanoTime() - begun);
    }

    /// What the server has of the machine's memory (VmRSS), in MB.
    public long residentMegabytes() throws IOException {
        return ResidentMemory.megabytes(server.pid());
    }

    private interface Work {
        void run() throws IOException;
    }

    /// As many as [#CALLERS] do it.
    private static void together(Work work) throws IOException, InterruptedException {
        var all = new ArrayList<Future<?>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                all.add(callers.submit(() -> {
                    work.run();
                    return true;
                }));
            }
            for (var caller : all) {
                caller.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("Calls at once failed: " + failed.getCause(), failed.getCause());
        }
    }
}
