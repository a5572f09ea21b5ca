package dev.boda.engine;

import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.telemetry.EnvironmentLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Sandboxes and Runtime API addresses without processes and sockets. Remembers everything that was opened.
final class FakeSandboxes implements SandboxProvider, RuntimeEndpoints, InsideEndpoints {

    static final String INSIDE_AWS = "http://127.0.0.1:4000";

    private final IntFunction<FakeRuntime.Script> scripts;
    private final Map<String, ExecutionEnvironment> addresses = new ConcurrentHashMap<>();
    private final Set<FakeSandbox> live = ConcurrentHashMap.newKeySet();
    private final List<FakeSandbox> all = new CopyOnWriteArrayList<>();
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger ports = new AtomicInteger();
    private volatile boolean outputBroken;
    private final AtomicInteger failingStarts = new AtomicInteger();
    private final SandboxSpec.Network network;
    private final Set<InsideSockets> served = ConcurrentHashMap.newKeySet();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private volatile boolean servesNothing;
    private volatile boolean withoutSockets;

    /// @param scripts what the runtime of the n-th sandbox does, from 0 on
    FakeSandboxes(IntFunction<FakeRuntime.Script> scripts, SandboxSpec.Network network) {
        this.scripts = scripts;
        this.network = network;
    }

    /// What is served inside, by the sockets that it is served at.
    Set<InsideSockets> served() {
        return served;
    }

    /// What ended, in order.
    List<String> ends() {
        return ends;
    }

    /// Nothing can be served inside sandboxes from now on.
    void serveNothing() {
        servesNothing = true;
    }

    /// Sandboxes from now on have no sockets inside, which a kind with a network of its own must have.
    void giveNoSockets() {
        withoutSockets = true;
    }

    /// The next `count` sandboxes do not start.
    void failStarts(int count) {
        failingStarts.set(count);
    }

    /// How many of those have still to be asked for.
    int failuresLeft() {
        return failingStarts.get();
    }

    /// The output of sandboxes that start from now on cannot be drained.
    void breakOutput() {
        outputBroken = true;
    }

    /// How many sandboxes were started.
    int started() {
        return all.size();
    }

    FakeSandbox get(int index) {
        return all.get(index);
    }

    List<FakeSandbox> live() {
        return List.copyOf(live);
    }

    int openAddresses() {
        return addresses.size();
    }

    @Override
    public Sandbox start(SandboxSpec spec, Output output) throws IOException {
        if (failingStarts.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
            throw new IOException("no sandbox today");
        }
        var sandbox = new FakeSandbox(spec, output, sockets(), this::closed);
        if (outputBroken) {
            sandbox.breakOutput();
        }
        if (network == SandboxSpec.Network.HOST) {
            String address = Objects.requireNonNull(spec.environment().get("AWS_LAMBDA_RUNTIME_API"));
            sandbox.reaches(Objects.requireNonNull(addresses.get(address)));
        }
        live.add(sandbox);
        all.add(sandbox);
        if (network == SandboxSpec.Network.HOST) {
            sandbox.start(scripts.apply(starts.getAndIncrement()));
        }
        return sandbox;
    }

    private Optional<InsideSockets> sockets() throws IOException {
        return network == SandboxSpec.Network.HOST || withoutSockets
                ? Optional.empty()
                : Optional.of(new InsideSockets(
                        ServerSocketChannel.open(), ServerSocketChannel.open(), DatagramChannel.open()));
    }

    private void closed(FakeSandbox sandbox) {
        if (live.remove(sandbox)) {
            ends.add("sandbox");
        }
    }

    @Override
    public String runtimeApi() {
        return InsideSockets.RUNTIME_API;
    }

    @Override
    public String awsUrl() {
        return INSIDE_AWS;
    }

    /// A runtime that started before waits until it is served.
    @Override
    public Served serve(ExecutionEnvironment environment, InsideSockets sockets, EnvironmentLog log)
            throws IOException {
        if (servesNothing) {
            sockets.close();
            throw new IOException("nothing is served today");
        }
        served.add(sockets);
        var sandbox = live.stream()
                .filter(one -> one.spec().name().equals(environment.id()))
                .findFirst()
                .orElseThrow();
        sandbox.reaches(environment);
        sandbox.start(scripts.apply(starts.getAndIncrement()));
        return () -> {
            served.remove(sockets);
            ends.add("served");
            try {
                sockets.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Override
    public SandboxSpec.Network network() {
        return network;
    }

    @Override
    public SandboxSpec.Identity identity() {
        return SandboxSpec.Identity.SERVER;
    }

    @Override
    public List<String> guarantees() {
        return List.of();
    }

    @Override
    public Endpoint open(ExecutionEnvironment environment) {
        String address = "127.0.0.1:" + ports.incrementAndGet();
        addresses.put(address, environment);
        return new Endpoint() {
            @Override
            public String address() {
                return address;
            }

            @Override
            public void close() {
                addresses.remove(address);
            }
        };
    }
}
