package dev.boda.bench;

import dev.boda.bench.Bench.Deployed;
import dev.boda.bench.Experiment.Label;
import dev.boda.bench.load.Load;
import dev.boda.bench.load.Outgoing;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.SignedRequests;
import dev.boda.bench.load.Target;
import dev.boda.bench.subject.BareStart;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.Handlers;
import dev.boda.bench.subject.Sandboxes;
import dev.boda.runtime.Runtime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// What isolation costs: the packaged server with its defaults, the same with plain processes, and the floors of both,
/// in turns.
final class IsolationSuite {

    static final String COLD = "cold start, isolation";
    static final String WARM = "warm, isolation";
    static final String SANDBOX = "sandbox alone";

    /// A server with its defaults.
    static final String ISOLATED = "isolated";

    /// One with `--plain-processes`.
    static final String PLAIN = "plain";

    /// The interpreter with what the runtime client imports before it asks for work, and with an ES module where the
    /// function is one.
    static final String IMPORTS = "imports";

    static final String INTERPRETER = "interpreter";
    static final String NATIVE = "/bin/true";

    private static final int EMPTY_ANSWER = 2;
    private static final int MANY = 8;

    private final Bench bench;
    private final Deployed isolated;
    private final Deployed plain;
    private final Sandboxes sandboxes;
    private final List<Experiment> all = new ArrayList<>();

    IsolationSuite(Bench bench) throws IOException {
        this.bench = bench;
        this.isolated = new Deployed(bench.boda(), bench.functions());
        this.plain = bench.plain();
        this.sandboxes = bench.sandboxes();
    }

    List<Experiment> all() throws IOException {
        for (var runtime : bench.languages().all()) {
            cold(runtime);
        }
        add(COLD, NATIVE, ISOLATED, _ -> sandboxes.run(NATIVE));
        add(COLD, NATIVE, INTERPRETER, _ -> BareStart.toEnd(List.of(NATIVE)));
        all.add(new Lives(new Label(SANDBOX, "start and close, 1 at a time", ISOLATED), 1, sandboxes::live));
        all.add(new Lives(new Label(SANDBOX, "start and close, 8 at once", ISOLATED), MANY, sandboxes::live));
        for (var runtime : bench.languages().all()) {
            for (int callers : List.of(1, 64)) {
                warm(runtime, ISOLATED, isolated, callers);
                warm(runtime, PLAIN, plain, callers);
            }
        }
        return List.copyOf(all);
    }

    private void cold(Runtime runtime) throws IOException {
        var bare = BareStart.of(runtime);
        var imports = BareStart.withImports(runtime, bench.scratch());
        if (runtime.language().equals("nodejs")) {
            cold(runtime, runtime.id() + ", CommonJS", imports, Handlers.COMMON_JS);
            cold(
                    runtime,
                    runtime.id() + ", ES module",
                    BareStart.withEsModule(runtime, bench.scratch()),
                    Handlers.HANDLER);
        } else {
            cold(runtime, runtime.id(), imports, Handlers.HANDLER);
        }
        add(COLD, runtime.id(), INTERPRETER, _ -> bare.toFirstByte());
    }

    /// @param imports the floor
    private void cold(Runtime runtime, String name, BareStart imports, String handler) {
        firstCalls(name, ISOLATED, isolated, runtime, handler);
        firstCalls(name, PLAIN, plain, runtime, handler);
        add(COLD, name, IMPORTS, _ -> imports.toFirstByte());
    }

    private void add(String group, String name, String subject, OneByOne.Step step) {
        all.add(new OneByOne(new Label(group, name, subject), step));
    }

    private void firstCalls(String name, String subject, Deployed deployed, Runtime runtime, String handler) {
        all.add(new OneByOne(
                new Label(COLD, name, subject),
                turn -> firstCall(deployed, runtime, handler, turn),
                OptionalLong.of(deployed.server().pid())));
    }

    private static long firstCall(Deployed deployed, Runtime runtime, String handler, int turn) throws IOException {
        var name = "cold-" + runtime.language() + "-" + turn;
        deployed.functions().create(name, runtime.id(), handler, Suites.WHOLE_PROCESSOR);
        long nanos = deployed.functions().measure(Request.invoke(name, new byte[0]));
        deployed.functions().delete(name);
        return nanos;
    }

    private void warm(Runtime runtime, String subject, Deployed deployed, int callers) throws IOException {
        var name = "warm-" + runtime.language() + "-" + callers;
        deployed.functions().create(name, runtime.id(), Suites.WHOLE_PROCESSOR);
        var target = Target.of(deployed.server().url());
        var request = Request.invoke(name, new byte[0]);
        Supplier<Outgoing> requests = () -> new SignedRequests(request, target, BodaServer.signer("lambda"));
        all.add(new Invocations(
                new Label(WARM, Suites.name(runtime, callers, 0), subject),
                new Load(target, requests, callers, Duration.ZERO, EMPTY_ANSWER),
                Invocations.CLOSED,
                deployed.server().pid()));
    }
}
