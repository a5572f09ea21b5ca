package dev.boda.bench.subject;

import dev.boda.os.MachineMemory;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.Sandbox.Exit;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.namespaces.NamespaceSandboxProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// Sandboxes with namespaces, made by this process as the server makes them, for programs that are no runtimes.
public final class Sandboxes implements AutoCloseable {

    private static final int PORT = 4566;
    private static final int MEMORY_MEGABYTES = 1_769;
    private static final int TEMPORARY_MEGABYTES = 512;
    private static final int IDLE = 50;
    private static final String PROGRAM = "sleep";
    private static final List<String> SLEEP = List.of("/bin/" + PROGRAM, "600");

    private static final SandboxProvider.Output NOWHERE = new SandboxProvider.Output() {
        @Override
        public void raw(ByteBuffer bytes) {}

        @Override
        public void message(ByteBuffer bytes) {}
    };

    private final NamespaceSandboxProvider provider;
    private final AtomicInteger names = new AtomicInteger();

    private Sandboxes(NamespaceSandboxProvider provider) {
        this.provider = provider;
    }

    /// @param folder for their state
    public static Sandboxes start(Path folder) throws IOException {
        return new Sandboxes(NamespaceSandboxProvider.start(new NamespaceSandboxProvider.Settings(
                folder, MachineMemory.bytes() / 2, PORT, new Egress.Settings(false))));
    }

    /// Runs a program to its end, and says how long it took until that was told, in nanoseconds; negative when it
    /// failed. Its removal is not counted.
    public long run(String program) throws IOException, InterruptedException {
        var exit = new CompletableFuture<Exit>();
        long begun = System.nanoTime();
        try (var sandbox = start(List.of(program))) {
            sandbox.onExit(exit::complete);
            var how = exit.join();
            long nanos = System.nanoTime() - begun;
            return how.equals(new Exit.Status(0)) ? nanos : -1;
        }
    }

    /// From nothing to nothing: starts a program that waits, and removes it.
    public void live() throws IOException, InterruptedException {
        start(SLEEP).close();
    }

    /// What idle ones occupy.
    public IdleMemory idle() throws IOException, InterruptedException {
        var open = new ArrayList<Sandbox>();
        try {
            // The first one brings in what all share.
            open.add(start(SLEEP));
            var before = IdleMemory.Seen.of(PROGRAM);
            for (int i = 0; i < IDLE; i++) {
                open.add(start(SLEEP));
            }
            return IdleMemory.between(before, IdleMemory.Seen.of(PROGRAM), IDLE);
        } finally {
            open.forEach(Sandbox::close);
        }
    }

    private Sandbox start(List<String> command) throws IOException, InterruptedException {
        return provider.start(
                new SandboxSpec(
                        "bench-" + names.getAndIncrement(),
                        new SandboxSpec.RootFileSystem.Host(List.of()),
                        List.of(),
                        SandboxSpec.Limits.of(MEMORY_MEGABYTES, TEMPORARY_MEGABYTES),
                        provider.network(),
                        provider.identity(),
                        command,
                        Map.of("PATH", "/usr/bin:/bin")),
                NOWHERE);
    }

    @Override
    public void close() throws IOException {
        provider.close();
    }
}
