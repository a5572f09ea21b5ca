package dev.boda.engine;

import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/// Sandboxes and Runtime API addresses without processes and sockets. Remembers everything that was opened.
final class FakeSandboxes implements SandboxProvider, RuntimeEndpoints {

    private final IntFunction<FakeRuntime.Script> scripts;
    private final Map<String, ExecutionEnvironment> addresses = new ConcurrentHashMap<>();
    private final Set<FakeSandbox> live = ConcurrentHashMap.newKeySet();
    private final List<FakeSandbox> all = new CopyOnWriteArrayList<>();
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger ports = new AtomicInteger();
    private volatile boolean outputBroken;
    private final AtomicInteger failingStarts = new AtomicInteger();

    /// @param scripts what the runtime of the n-th sandbox does, from 0 on
    FakeSandboxes(IntFunction<FakeRuntime.Script> scripts) {
        this.scripts = scripts;
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
        String address = Objects.requireNonNull(spec.environment().get("AWS_LAMBDA_RUNTIME_API"));
        var environment = Objects.requireNonNull(addresses.get(address));
        var sandbox = new FakeSandbox(spec, output, environment, live::remove);
        if (outputBroken) {
            sandbox.breakOutput();
        }
        live.add(sandbox);
        all.add(sandbox);
        sandbox.start(scripts.apply(starts.getAndIncrement()));
        return sandbox;
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
