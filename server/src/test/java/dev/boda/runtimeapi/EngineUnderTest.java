package dev.boda.runtimeapi;

import dev.boda.access.Credentials;
import dev.boda.access.OwnAccess;
import dev.boda.access.RoleCredentials;
import dev.boda.code.CodeFolder;
import dev.boda.engine.ColdStartParts;
import dev.boda.engine.ConcurrencyLimiter;
import dev.boda.engine.EngineClock;
import dev.boda.engine.EngineLimits;
import dev.boda.engine.EnvironmentPool;
import dev.boda.engine.Invocation;
import dev.boda.engine.InvocationRate;
import dev.boda.engine.InvocationResult;
import dev.boda.engine.Invoker;
import dev.boda.engine.QuotaSource;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.engine.StartFailures;
import dev.boda.function.FunctionVersion;
import dev.boda.function.ReservedConcurrency;
import dev.boda.function.Snapshots;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import dev.boda.http.RawClient;
import dev.boda.runtime.Runtime;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.telemetry.FunctionLogs;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The real engine and the real Runtime API; the test is the runtime in every sandbox.
final class EngineUnderTest implements SandboxProvider, AutoCloseable {

    private static final int LARGEST_ANSWER_BYTES = 1_000_000;
    private static final long DEADLINE_SECONDS = 10;

    private final HttpServer http = HttpServer.start(HttpLimits.STANDARD, 1);
    private final BlockingQueue<String> started = new LinkedBlockingQueue<>();
    private final EnvironmentPool pool;
    private final Invoker invoker;
    private volatile @Nullable RuntimeException broken;

    /// What a caller gets.
    record Outcome(InvocationResult result, byte[] answer, String contentType, boolean streamed) {

        String text() {
            return new String(answer, StandardCharsets.UTF_8);
        }

        InvocationResult.FunctionError error() {
            return (InvocationResult.FunctionError) result;
        }

        String report() {
            return new String(Objects.requireNonNull(error().payload()), StandardCharsets.UTF_8);
        }
    }

    EngineUnderTest() {
        var clock = EngineClock.of(InstantSource.system(), () -> true);
        var limits = EngineLimits.DEFAULT.with(its -> its.drain = Duration.ofMillis(10));
        pool = new EnvironmentPool(parts(), clock, limits, _ -> {});
        var quotas = QuotaSource.all(
                new ReservedConcurrency(100, 0), pool.provisioned().slots());
        var limiter = new ConcurrencyLimiter(new InvocationRate.Unlimited(), clock, limits);
        invoker = new Invoker(quotas, limiter, pool, new FunctionMeters(), clock);
    }

    private ColdStartParts parts() {
        return new ColdStartParts(
                id -> new Runtime(
                        id,
                        "python",
                        "3.12.1",
                        true,
                        new SandboxSpec.RootFileSystem.Host(List.of()),
                        List.of(),
                        List.of("python3"),
                        Map.of()),
                _ -> new CodeFolder(Path.of("/code"), () -> {}),
                this,
                new RuntimeApiServer(http, 8),
                Optional.empty(),
                new FunctionLogs(
                        (_, _, _) -> {},
                        new OwnAccess(_ -> true, InstantSource.system()),
                        InstantSource.system(),
                        new Random(1),
                        0),
                new FunctionMeters(),
                new NoCredentials(),
                new StartFailures(EngineClock.of(InstantSource.system(), () -> true)),
                "http://127.0.0.1:4566",
                Optional.empty());
    }

    private record NoCredentials() implements RoleCredentials {

        @Override
        public Credentials issue(String account, String roleArn, String sessionName) {
            return new Credentials("ASIA", "secret", "token", Instant.MAX);
        }

        @Override
        public void revoke(Credentials credentials) {}
    }

    @Override
    public Sandbox start(SandboxSpec spec, Output output) {
        started.add(Objects.requireNonNull(spec.environment().get("AWS_LAMBDA_RUNTIME_API")));
        return new EmptySandbox();
    }

    @Override
    public SandboxSpec.Network network() {
        return SandboxSpec.Network.HOST;
    }

    @Override
    public SandboxSpec.Identity identity() {
        return SandboxSpec.Identity.SERVER;
    }

    @Override
    public List<String> guarantees() {
        return List.of();
    }

    /// A sandbox whose process ends when it is closed.
    private static final class EmptySandbox implements Sandbox {

        private @Nullable Consumer<Exit> action; // Guarded by this.
        private boolean closed; // Guarded by this.

        @Override
        public void onExit(Consumer<Exit> onExit) {
            synchronized (this) {
                action = onExit;
            }
        }

        @Override
        public void drainOutput() {}

        @Override
        public Optional<InsideSockets> takeSockets() {
            return Optional.empty();
        }

        @Override
        public void limitCpu() {}

        @Override
        public long peakMemoryBytes() {
            return 0;
        }

        @Override
        public boolean freeze() {
            return false;
        }

        @Override
        public boolean thaw() {
            return false;
        }

        @Override
        public void close() {
            Consumer<Exit> told;
            synchronized (this) {
                told = closed ? null : action;
                closed = true;
            }
            if (told != null) {
                told.accept(new Exit.Signal(9));
            }
        }
    }

    /// A runtime's connection to the environment that was started next.
    RawClient runtime() throws IOException, InterruptedException {
        return runtimeAt(startedAddress());
    }

    String startedAddress() throws InterruptedException {
        return Objects.requireNonNull(started.poll(DEADLINE_SECONDS, TimeUnit.SECONDS), "no sandbox was started");
    }

    RawClient runtimeAt(String address) throws IOException {
        var parts = address.split(":", -1);
        return new RawClient(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])));
    }

    CompletableFuture<Outcome> invoke(String payload) {
        return invoke(payload, null);
    }

    CompletableFuture<Outcome> invoke(String payload, @Nullable String clientContext) {
        var version = version();
        var invocation = new Invocation(
                version,
                UUID.randomUUID().toString(),
                payload.getBytes(StandardCharsets.UTF_8),
                version.functionArn(),
                "Root=1-0-0;Parent=0;Sampled=0",
                clientContext,
                false);
        var outcome = new CompletableFuture<Outcome>();
        Thread.ofVirtual().start(() -> {
            var sink = new Sink();
            try {
                var result = invoker.invoke(invocation, sink);
                outcome.complete(new Outcome(result, sink.bytes.toByteArray(), sink.contentType, sink.streamed));
            } catch (Exception failed) {
                outcome.completeExceptionally(failed);
            }
        });
        return outcome.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private static FunctionVersion version() {
        return Snapshots.of(
                "v1",
                "000000000000",
                "us-east-1",
                "hello",
                "$LATEST",
                "python3.12",
                "app.handler",
                "arn:aws:iam::000000000000:role/r",
                "0".repeat(64),
                "x86_64",
                30,
                128,
                512,
                Map.of());
    }

    /// Takes the next pieces badly.
    void breakNextSink(RuntimeException how) {
        broken = how;
    }

    private final class Sink implements ResponseSink {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private String contentType = "";
        private boolean streamed;

        @Override
        public void begin(String type, boolean inPieces) {
            contentType = type;
            streamed = inPieces;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            var how = broken;
            broken = null;
            if (how != null) {
                throw how;
            }
            if (bytes.size() + length > LARGEST_ANSWER_BYTES) {
                throw new ResponseTooLargeException(LARGEST_ANSWER_BYTES);
            }
            bytes.write(source, offset, length);
        }

        @Override
        public void complete() {}
    }

    @Override
    public void close() {
        pool.close();
        http.close();
    }
}
