package dev.boda.bench.subject;

import dev.boda.bench.load.Client;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// What idle environments with a real runtime occupy.
///
/// @param runtime AWS's id
/// @param number  of how many it is the mean
/// @param each    of one, the runtime's processes and process 1
public record IdleEnvironments(String runtime, int number, IdleMemory each) {

    private static final String IDLE = "boda_environments{state=\"idle\"} ";
    private static final int MANY = 40;
    private static final double KILOBYTES_PER_GIBIBYTE = 1_048_576;
    private static final long STILL_NANOS = 1_000_000_000;
    private static final int MOST_LOOKS = 30;

    /// Starts some of a new function of 128 MB and waits until they stand still.
    public static IdleEnvironments of(BodaServer server, Functions functions, String runtime)
            throws IOException, InterruptedException {
        var name = "idle-" + runtime.replace(".", "");
        functions.create(name, runtime, Handlers.SLOW, 128);
        // The first one brings in what all share.
        call(server, name, 1);
        awaitStill(server);
        int first = count(server);
        var before = IdleMemory.Seen.below(server.pid());
        call(server, name, MANY + 1);
        awaitStill(server);
        var after = IdleMemory.Seen.below(server.pid());
        // Those that were there first may have answered the last calls, too.
        int more = count(server) - first;
        functions.delete(name);
        return new IdleEnvironments(runtime, more, IdleMemory.between(before, after, more));
    }

    /// As the server's metrics tell it.
    private static int count(BodaServer server) throws IOException {
        try (var metrics = URI.create(server.url() + "/metrics").toURL().openStream()) {
            return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(IDLE))
                    .mapToInt(line -> (int) Double.parseDouble(line.substring(IDLE.length())))
                    .sum();
        }
    }

    private static void call(BodaServer server, String name, int atOnce) throws IOException, InterruptedException {
        var calls = new ArrayList<Future<Client.Reply>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < atOnce; i++) {
                calls.add(threads.submit(() -> {
                    try (var client = new Client(Target.of(server.url()), BodaServer.signer("lambda"))) {
                        return client.ask(Request.invoke(name, new byte[0]));
                    }
                }));
            }
            for (var call : calls) {
                if (!call.get().succeeded()) {
                    throw new IOException(
                            "A call of " + name + " failed: " + call.get().text());
                }
            }
        } catch (ExecutionException failed) {
            throw new IOException("A call of " + name + " failed", failed.getCause());
        }
    }

    /// Until nothing below the server has used processor time for a while.
    private static void awaitStill(BodaServer server) throws IOException {
        long before = -1;
        long now = ProcessorTime.of(server.pid()).runtimesNanos();
        for (int i = 0; i < MOST_LOOKS && now != before; i++) {
            LockSupport.parkNanos(STILL_NANOS);
            before = now;
            now = ProcessorTime.of(server.pid()).runtimesNanos();
        }
    }

    /// How many fit into a GiB of the machine's memory.
    public double perGibibyte() {
        return KILOBYTES_PER_GIBIBYTE / (each.processKilobytes() + each.kernelKilobytes());
    }

    /// For people.
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "Idle environments of %s (%d of them): %.0f in a GiB. Each has %.1f processes with %,.0f KB (Pss), and the kernel keeps"
                        + " %,.0f KB for it.",
                runtime,
                number,
                perGibibyte(),
                each.processes(),
                each.processKilobytes(),
                each.kernelKilobytes());
    }
}
