package dev.boda.bench;

import dev.boda.bench.Experiment.Label;
import dev.boda.bench.load.Client;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.Outgoing;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.SignedRequests;
import dev.boda.bench.load.Target;
import dev.boda.bench.subject.BareStart;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.Handlers;
import dev.boda.runtime.Runtime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// From zero to many: bursts of first calls, environments a second, and what a neighbour notices of them.
final class LimitsSuite {

    static final String BURST = "burst of 100 first calls";
    static final String ENVIRONMENTS = "environments started and ended";
    static final String NEIGHBOUR = "warm, beside starts";

    /// Nothing goes on beside it.
    static final String QUIET = "quiet";

    /// Another function starts environments.
    static final String LOUD = "loud";

    private static final int SMALL = 128;
    private static final int CALLS = 100;
    private static final int MANY = 8;
    private static final double STARTS_PER_SECOND = 20;
    private static final int EMPTY_ANSWER = 2;

    private final Bench bench;
    private final List<Experiment> all = new ArrayList<>();

    LimitsSuite(Bench bench) {
        this.bench = bench;
    }

    List<Experiment> all() throws IOException {
        for (var runtime : bench.languages().all()) {
            burst(runtime, runtime.id() + ", 128 MB", Handlers.HANDLER);
            burst(runtime, runtime.id() + ", 128 MB, of 1 s each", Handlers.SLOW);
            var bare = BareStart.withImports(runtime, bench.scratch());
            int cores = 2 * java.lang.Runtime.getRuntime().availableProcessors();
            all.add(new Burst(
                    new Label(BURST, runtime.id() + ", 128 MB", IsolationSuite.IMPORTS),
                    CALLS,
                    cores,
                    () -> shot(bare)));
        }
        for (var runtime : bench.languages().all()) {
            var ending = ending(runtime, "alone");
            all.add(new Lives(new Label(ENVIRONMENTS, runtime.id() + ", 1 at a time", Label.BODA), 1, ending));
            all.add(new Lives(new Label(ENVIRONMENTS, runtime.id() + ", 8 at once", Label.BODA), MANY, ending));
        }
        for (var runtime : bench.languages().all()) {
            neighbour(runtime);
        }
        return List.copyOf(all);
    }

    private void burst(Runtime runtime, String name, String handler) {
        all.add(new Burst(new Label(BURST, name, Label.BODA), CALLS, CALLS, () -> firstCalls(runtime, handler)));
    }

    private Burst.Shot firstCalls(Runtime runtime, String handler) throws IOException {
        var functions = bench.functions();
        var name = "burst-" + runtime.language();
        functions.create(name, runtime.id(), handler, SMALL);
        return new Burst.Shot() {
            @Override
            public boolean fire() throws IOException {
                return call(name).succeeded();
            }

            @Override
            public void close() throws IOException {
                functions.delete(name);
            }
        };
    }

    private static Burst.Shot shot(BareStart bare) {
        return new Burst.Shot() {
            @Override
            public boolean fire() throws IOException, InterruptedException {
                return bare.toFirstByte() >= 0;
            }

            @Override
            public void close() {}
        };
    }

    /// A call that starts an environment, which ends with it.
    private Lives.Life ending(Runtime runtime, String use) throws IOException {
        var name = "ending-" + runtime.language() + "-" + use;
        bench.functions().create(name, runtime.id(), Handlers.ENDING, SMALL);
        return () -> {
            var reply = call(name);
            if (reply.status() != 200 || !reply.text().contains("Runtime.ExitError")) {
                throw new IOException("An environment was to end: " + reply.status() + " " + reply.text());
            }
        };
    }

    private Client.Reply call(String name) throws IOException {
        try (var client = new Client(Target.of(bench.boda().url()), BodaServer.signer("lambda"))) {
            return client.ask(Request.invoke(name, new byte[0]));
        }
    }

    private void neighbour(Runtime runtime) throws IOException {
        var target = Target.of(bench.boda().url());
        var request = Request.invoke(bench.function(runtime, Suites.WHOLE_PROCESSOR), new byte[0]);
        Supplier<Outgoing> requests = () -> new SignedRequests(request, target, BodaServer.signer("lambda"));
        var load = new Load(target, requests, 1, Duration.ZERO, EMPTY_ANSWER);
        var name = runtime.id() + ", 1 caller";
        long pid = bench.boda().pid();
        all.add(new Invocations(new Label(NEIGHBOUR, name, QUIET), load, Invocations.CLOSED, pid));
        var loud = new Label(NEIGHBOUR, name, LOUD);
        all.add(new Beside(
                loud,
                new Invocations(loud, load, Invocations.CLOSED, pid),
                STARTS_PER_SECOND,
                ending(runtime, "beside")));
    }
}
