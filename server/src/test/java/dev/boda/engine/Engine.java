package dev.boda.engine;

import dev.boda.access.Credentials;
import dev.boda.access.OwnAccess;
import dev.boda.access.RoleCredentials;
import dev.boda.code.CodeFolder;
import dev.boda.function.FunctionVersion;
import dev.boda.function.ReservedConcurrency;
import dev.boda.function.Snapshots;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.Runtimes;
import dev.boda.runtime.StartCaches;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import dev.boda.telemetry.FunctionLogs;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;

/// A whole engine over fakes, for tests.
final class Engine implements AutoCloseable {

    /// How long an environment stays without an invocation.
    static final Duration IDLE = Duration.ofMinutes(10);

    /// Short waits, and no limit that a test does not set.
    static final EngineLimits LIMITS = EngineLimits.DEFAULT.with(its -> {
        its.drain = Duration.ofMillis(200);
        its.retirement = new Retirement(IDLE, IDLE, IDLE, IDLE);
        its.startsAtOnce = 1_000;
        its.startTurn = Duration.ofSeconds(10);
        its.quickAtOnce = 1_000;
        its.retiredRemembered = 16;
    });

    final ManualClock clock = new ManualClock();
    final FakeSandboxes sandboxes;
    final List<String> log = new CopyOnWriteArrayList<>();
    final FunctionMeters meters = new FunctionMeters();
    final StartFailures startFailures = new StartFailures(clock);
    final AtomicInteger credentialsOut = new AtomicInteger();
    final AtomicInteger foldersOut = new AtomicInteger();
    /// Of the making of start caches.
    final List<String> problems = new CopyOnWriteArrayList<>();
    private final Runtimes runtimes;
    private final Optional<StartCaches> caches;
    final ConcurrencyLimiter limiter;
    final EnvironmentPool pool;
    final Invoker invoker;

    /// Every runtime runs this script.
    static Engine of(FakeRuntime.Script script) {
        return each(_ -> script);
    }

    /// The n-th runtime runs the n-th script.
    static Engine each(IntFunction<FakeRuntime.Script> scripts) {
        return new Engine(scripts, LIMITS, 1_000);
    }

    /// Environments have a network of their own; every runtime runs this script.
    static Engine inside(FakeRuntime.Script script) {
        return new Engine(
                new FakeSandboxes(_ -> script, SandboxSpec.Network.EGRESS),
                LIMITS,
                quotas(1_000),
                Engine::runtime,
                Optional.empty());
    }

    /// What starts of these runtimes leave is kept; every runtime runs this script.
    static Engine keeping(StartCaches caches, Runtimes runtimes, EngineLimits limits, FakeRuntime.Script script) {
        var sandboxes = new FakeSandboxes(_ -> script, SandboxSpec.Network.HOST);
        return new Engine(sandboxes, limits, quotas(1_000), runtimes, Optional.of(caches));
    }

    Engine(IntFunction<FakeRuntime.Script> scripts, EngineLimits limits, int concurrentExecutions) {
        this(scripts, limits, quotas(concurrentExecutions));
    }

    /// @param quotas are made with what is provisioned
    Engine(
            IntFunction<FakeRuntime.Script> scripts,
            EngineLimits limits,
            Function<ProvisionedSlots, QuotaSource> quotas) {
        this(new FakeSandboxes(scripts, SandboxSpec.Network.HOST), limits, quotas, Engine::runtime, Optional.empty());
    }

    private Engine(
            FakeSandboxes sandboxes,
            EngineLimits limits,
            Function<ProvisionedSlots, QuotaSource> quotas,
            Runtimes runtimes,
            Optional<StartCaches> caches) {
        this.sandboxes = sandboxes;
        this.runtimes = runtimes;
        this.caches = caches;
        limiter = new ConcurrencyLimiter(new InvocationRate.Unlimited(), clock, limits);
        pool = new EnvironmentPool(parts(), clock, limits, problems::add);
        invoker = new Invoker(quotas.apply(pool.provisioned().slots()), limiter, pool, meters, clock);
    }

    private static Function<ProvisionedSlots, QuotaSource> quotas(int concurrentExecutions) {
        return slots -> QuotaSource.all(new ReservedConcurrency(concurrentExecutions, 0), slots);
    }

    private ColdStartParts parts() {
        return new ColdStartParts(
                runtimes,
                _ -> {
                    foldersOut.incrementAndGet();
                    return new CodeFolder(Path.of("/code"), foldersOut::decrementAndGet);
                },
                sandboxes,
                sandboxes,
                sandboxes.network() == SandboxSpec.Network.HOST ? Optional.empty() : Optional.of(sandboxes),
                new FunctionLogs(
                        (_, _, message) -> log.add(new String(message, StandardCharsets.UTF_8)),
                        new OwnAccess(_ -> true, InstantSource.system()),
                        () -> Instant.ofEpochMilli(clock.epochMillis()),
                        new Random(1),
                        0),
                meters,
                new CountedCredentials(),
                startFailures,
                "http://127.0.0.1:4566",
                caches);
    }

    /// Of an environment of the engine's version.
    Journal journal() {
        return new ColdStart(parts(), new UsualStart(Optional.empty(), _ -> {})).journal(version(), clock);
    }

    private final class CountedCredentials implements RoleCredentials {

        @Override
        public Credentials issue(String account, String roleArn, String sessionName) {
            return new Credentials("ASIA" + credentialsOut.incrementAndGet(), "secret", "token", Instant.MAX);
        }

        @Override
        public void revoke(Credentials credentials) {
            credentialsOut.decrementAndGet();
        }
    }

    static Runtime runtime(String id) {
        return new Runtime(
                id,
                "python",
                "3.12.1",
                true,
                new RootFileSystem.Host(List.of()),
                List.of(),
                List.of("python3"),
                Map.of("PYTHONPATH", "/var/runtime"));
    }

    static FunctionVersion version(String id, int timeoutSeconds) {
        return Snapshots.of(
                id,
                "000000000000",
                "us-east-1",
                "hello",
                "$LATEST",
                "python3.12",
                "app.handler",
                "arn:aws:iam::000000000000:role/r",
                "0".repeat(64),
                "x86_64",
                timeoutSeconds,
                128,
                512,
                Map.of());
    }

    static FunctionVersion version() {
        return version("v1", 3);
    }

    static Invocation invocation(FunctionVersion version, String payload, boolean tail) {
        return new Invocation(
                version,
                UUID.randomUUID().toString(),
                payload.getBytes(StandardCharsets.UTF_8),
                version.functionArn(),
                "Root=1-0-0;Parent=0;Sampled=0",
                null,
                tail);
    }

    /// Calls on a thread of its own.
    Call call(String payload) {
        return new Call(this, invocation(version(), payload, false));
    }

    Call callForTail(String payload) {
        return new Call(this, invocation(version(), payload, true));
    }

    /// Calls and waits for the answer.
    String invoke(String payload) {
        return call(payload).answer();
    }

    int slots() {
        return limiter.taken();
    }

    /// Waits until nothing runs: whatever has ended is gone, whatever is left is idle.
    void quiet() {
        Eventually.eventually("nothing runs: slots " + slots(), () -> slots() == 0 && pool.idle() == pool.open());
    }

    @Override
    public void close() {
        pool.close();
    }
}
