package dev.boda;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.access.AccessRequest;
import dev.boda.access.CallAccess;
import dev.boda.access.IssuedCredentials;
import dev.boda.access.OpenAuthorizer;
import dev.boda.access.OwnAccess;
import dev.boda.aws.FrontDoor;
import dev.boda.aws.RequestLog;
import dev.boda.aws.ServiceOperations;
import dev.boda.aws.SignedCallers;
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
import dev.boda.engine.StartFailures;
import dev.boda.function.FunctionName;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrl;
import dev.boda.function.FunctionVersion;
import dev.boda.function.ReservedConcurrency;
import dev.boda.function.Snapshots;
import dev.boda.functionurl.FunctionUrlDoor;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import dev.boda.names.NameServer;
import dev.boda.runtime.Runtime;
import dev.boda.runtimeapi.RuntimeApiServer;
import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.telemetry.FunctionLogs;
import dev.boda.telemetry.metrics.FunctionMeters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;

/// Real environments of the real engine, whose sandboxes are nothing but the sockets inside, on this machine's
/// loopback.
final class InsideUnderTest implements SandboxProvider, AutoCloseable {

    static final int CONNECTIONS = 4;
    static final String URL_ID = "inside00000000000000000000000000";

    private static final long DEADLINE_SECONDS = 10;
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    final HttpServer http = HttpServer.start(HttpLimits.STANDARD, 1);
    final List<AccessRequest> asked = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final EnvironmentPool pool;
    private final OpenAuthorizer authorizer = new OpenAuthorizer(asked::add);
    private final OwnAccess ownAccess = new OwnAccess(authorizer, InstantSource.system());
    private final IssuedCredentials credentials =
            new IssuedCredentials(ownAccess, new Random(1), InstantSource.system());
    private final BlockingQueue<Environment> started = new LinkedBlockingQueue<>();
    private final InsideServing serving;
    private final Invoker invoker;
    private final boolean egress;
    private volatile UnaryOperator<InsideSockets> before = sockets -> sockets;

    /// A started sandbox, as its processes see it.
    record Environment(SandboxSpec spec, InetSocketAddress runtimeApi, InetSocketAddress aws, InetSocketAddress names) {

        String variable(String name) {
            return Objects.requireNonNull(spec.environment().get(name));
        }
    }

    /// @param egress whether there is a way out
    InsideUnderTest(boolean egress) throws IOException {
        this.egress = egress;
        var clock = EngineClock.of(InstantSource.system(), () -> true);
        var limits = EngineLimits.DEFAULT.with(its -> its.drain = Duration.ofMillis(10));
        var runtimeApi = new RuntimeApiServer(http, 8);
        serving = InsideServing.start(
                http,
                runtimeApi,
                new InsideServing.Terms(4566, CONNECTIONS, 1 << 20, new NameServer.Rules(egress, false, 16)),
                new Random(1));
        pool = new EnvironmentPool(parts(runtimeApi), clock, limits, _ -> {});
        var quotas = QuotaSource.all(
                new ReservedConcurrency(1_000, 0), pool.provisioned().slots());
        invoker = new Invoker(
                quotas,
                new ConcurrencyLimiter(new InvocationRate.Unlimited(), clock, limits),
                pool,
                new FunctionMeters(),
                clock);
    }

    /// AWS's APIs are served: GetFunction, which answers who calls.
    void open() {
        var keys = new KnownKeys(credentials);
        serving.open(
                FrontDoor.open(
                        new FrontDoor.Settings(
                                "999999999999",
                                "eu-west-1",
                                keys::find,
                                false,
                                new CallAccess(authorizer, credentials, keys::isLasting, InstantSource.system()),
                                UUID::randomUUID,
                                InstantSource.system()),
                        List.of(ServiceOperations.of("lambda")
                                .on(
                                        "GetFunction",
                                        GetFunctionRequest::builder,
                                        (_, call) -> GetFunctionResponse.builder()
                                                .configuration(its -> its.functionName(
                                                        call.caller().account()))
                                                .build())
                                .build()),
                        Map.of()),
                keys,
                urls(keys));
    }

    /// One function URL, of a function that answers who calls; only who signs with a key of a role may.
    private FunctionUrlDoor urls(KnownKeys keys) {
        var url = new FunctionUrl(
                URL_ID,
                new FunctionName("999999999999", "eu-west-1", "hello"),
                Optional.empty(),
                FunctionUrl.AuthType.AWS_IAM,
                FunctionUrl.InvokeMode.BUFFERED,
                Optional.empty(),
                "",
                "");
        return new FunctionUrlDoor(new FunctionUrlDoor.Parts(
                "localhost",
                Set.of(),
                id -> id.equals(URL_ID) ? Optional.of(url) : Optional.empty(),
                _ -> version("hello"),
                InsideUnderTest::echo,
                new CallAccess(authorizer, credentials, keys::isLasting, InstantSource.system()),
                new SignedCallers(keys::findIssued, "999999999999", InstantSource.system()),
                new FunctionTraces(InstantSource.system(), new Random(1)),
                new RequestLog(),
                UnaryOperator.identity(),
                Runnable::run,
                UUID::randomUUID,
                InstantSource.system()));
    }

    private static InvocationResult echo(Invocation invocation, ResponseSink answer) {
        try {
            answer.begin("application/json", false);
            answer.write(invocation.payload(), 0, invocation.payload().length);
            answer.complete();
            return new InvocationResult.Success(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ColdStartParts parts(RuntimeApiServer runtimeApi) {
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
                runtimeApi,
                Optional.of(serving),
                new FunctionLogs(
                        (_, _, message) -> log.add(new String(message, UTF_8)),
                        ownAccess,
                        InstantSource.system(),
                        new Random(1),
                        0),
                new FunctionMeters(),
                credentials,
                new StartFailures(EngineClock.of(InstantSource.system(), () -> true)),
                "http://outside:4566",
                Optional.empty());
    }

    /// What happens to the sockets of sandboxes from now on before they are taken.
    void beforeTaken(UnaryOperator<InsideSockets> what) {
        before = what;
    }

    @Override
    public Sandbox start(SandboxSpec spec, Output output) throws IOException {
        var sockets = new InsideSockets(
                ServerSocketChannel.open().bind(LOOPBACK, 16),
                ServerSocketChannel.open().bind(LOOPBACK, 16),
                DatagramChannel.open().bind(LOOPBACK));
        var environment = new Environment(
                spec,
                (InetSocketAddress) sockets.runtimeApi().getLocalAddress(),
                (InetSocketAddress) sockets.aws().getLocalAddress(),
                (InetSocketAddress) sockets.names().getLocalAddress());
        var sandbox = new Sockets(before.apply(sockets));
        started.add(environment);
        return sandbox;
    }

    @Override
    public SandboxSpec.Network network() {
        return egress ? SandboxSpec.Network.EGRESS : SandboxSpec.Network.NONE;
    }

    @Override
    public SandboxSpec.Identity identity() {
        return SandboxSpec.Identity.UNPRIVILEGED;
    }

    @Override
    public List<String> guarantees() {
        return List.of();
    }

    /// A sandbox without a process: it ends when it is closed.
    private static final class Sockets implements Sandbox {

        private final InsideSockets sockets;
        private @Nullable Consumer<Exit> action; // Guarded by this.

        private Sockets(InsideSockets sockets) {
            this.sockets = sockets;
        }

        @Override
        public synchronized void onExit(Consumer<Exit> onExit) {
            action = onExit;
        }

        @Override
        public Optional<InsideSockets> takeSockets() {
            return Optional.of(sockets);
        }

        @Override
        public void drainOutput() {}

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
                told = action;
                action = null;
            }
            if (told != null) {
                told.accept(new Exit.Signal(9));
            }
        }
    }

    /// Calls a function, whose environment is the next one [started][#environment()].
    CompletableFuture<String> invoke(String function) {
        var version = version(function);
        var invocation = new Invocation(
                version,
                UUID.randomUUID().toString(),
                function.getBytes(UTF_8),
                version.functionArn(),
                "Root=1-0-0;Parent=0;Sampled=0",
                null,
                false);
        var answer = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            var sink = new Sink();
            try {
                var result = invoker.invoke(invocation, sink);
                answer.complete(
                        result instanceof InvocationResult.Success ? sink.bytes.toString(UTF_8) : result.toString());
            } catch (Exception failed) {
                answer.completeExceptionally(failed);
            }
        });
        return answer.orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    Environment environment() throws InterruptedException {
        return Objects.requireNonNull(started.poll(DEADLINE_SECONDS, TimeUnit.SECONDS), "no sandbox was started");
    }

    static FunctionVersion version(String function) {
        return Snapshots.of(
                "version of " + function,
                "111111111111",
                "us-east-1",
                function,
                "$LATEST",
                "python3.12",
                "app.handler",
                "arn:aws:iam::111111111111:role/r-" + function,
                "0".repeat(64),
                "x86_64",
                30,
                128,
                512,
                Map.of());
    }

    private static final class Sink implements ResponseSink {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void begin(String type, boolean inPieces) {}

        @Override
        public void write(byte[] source, int offset, int length) {
            bytes.write(source, offset, length);
        }

        @Override
        public void complete() {}
    }

    @Override
    public void close() {
        pool.close();
        serving.close();
        http.close();
    }
}
