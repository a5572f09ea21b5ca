package dev.boda.engine;

import dev.boda.sandbox.InsideSockets;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A sandbox whose process is a thread of this one.
final class FakeSandbox implements Sandbox {

    private final SandboxSpec spec;
    private final SandboxProvider.Output output;
    private final Consumer<FakeSandbox> onClosed;
    private final Optional<InsideSockets> sockets;
    private volatile @Nullable FakeRuntime runtime;
    // Guarded by this.
    private final List<Consumer<Exit>> actions = new ArrayList<>();
    private @Nullable Exit exit;
    private volatile long peakBytes;
    private volatile boolean outputBroken;
    private volatile boolean cpuLimited;
    private volatile boolean frozen;
    private volatile long cpuNanos;
    private volatile long share;
    private volatile boolean handlesTermination;
    private volatile boolean terminated;

    FakeSandbox(
            SandboxSpec spec,
            SandboxProvider.Output output,
            Optional<InsideSockets> sockets,
            Consumer<FakeSandbox> onClosed) {
        this.spec = spec;
        this.output = output;
        this.sockets = sockets;
        this.onClosed = onClosed;
    }

    SandboxSpec spec() {
        return spec;
    }

    Map<String, String> variables() {
        return spec.environment();
    }

    SandboxProvider.Output output() {
        return output;
    }

    FakeRuntime runtime() {
        return Objects.requireNonNull(runtime);
    }

    void breakOutput() {
        outputBroken = true;
    }

    void peak(long bytes) {
        peakBytes = bytes;
    }

    /// Its runtime, which has not begun, will reach `environment`.
    void reaches(ExecutionEnvironment environment) {
        runtime = new FakeRuntime(environment, this);
        if (hasExited()) {
            die();
        }
    }

    void start(FakeRuntime.Script script) {
        var started = runtime();
        var _ = Thread.ofVirtual().name(spec.name() + "-runtime").start(() -> started.run(script));
    }

    /// The process was killed from outside.
    ///
    /// @param connectionFirst whether its connection is seen to vanish before its exit is
    void kill(boolean connectionFirst) {
        if (connectionFirst) {
            die();
            exited(new Exit.Signal(9));
        } else {
            exited(new Exit.Signal(9));
            die();
        }
    }

    private void die() {
        var begun = runtime;
        if (begun != null) {
            begun.die();
        }
    }

    synchronized boolean hasExited() {
        return exit != null;
    }

    void exited(Exit how) {
        List<Consumer<Exit>> told;
        synchronized (this) {
            if (exit != null) {
                return;
            }
            exit = how;
            told = List.copyOf(actions);
        }
        told.forEach(action -> action.accept(how));
    }

    @Override
    public void onExit(Consumer<Exit> action) {
        Exit already;
        synchronized (this) {
            already = exit;
            if (already == null) {
                actions.add(action);
            }
        }
        if (already != null) {
            action.accept(already);
        }
    }

    @Override
    public void drainOutput() {
        if (outputBroken) {
            throw new IllegalStateException("The output is lost");
        }
    }

    @Override
    public Optional<InsideSockets> takeSockets() {
        return sockets;
    }

    @Override
    public void limitCpu() {
        cpuLimited = true;
    }

    boolean cpuLimited() {
        return cpuLimited;
    }

    @Override
    public long peakMemoryBytes() {
        return peakBytes;
    }

    @Override
    public boolean freeze() {
        frozen = true;
        return true;
    }

    @Override
    public boolean thaw() {
        frozen = false;
        return true;
    }

    boolean frozen() {
        return frozen;
    }

    @Override
    public long cpuNanos() {
        return cpuNanos;
    }

    /// Its processes have used so much processor time.
    void worked(long nanos) {
        cpuNanos = nanos;
    }

    @Override
    public void share(long bytes) {
        share = bytes;
    }

    /// With how many bytes the engine counts it.
    long share() {
        return share;
    }

    /// Its runtime has registered a handler for SIGTERM, which takes until [#exited(Exit)].
    void handleTermination() {
        handlesTermination = true;
    }

    boolean terminated() {
        return terminated;
    }

    @Override
    public boolean terminate() {
        terminated = handlesTermination;
        return handlesTermination;
    }

    @Override
    public void close() {
        die();
        exited(new Exit.Signal(9));
        onClosed.accept(this);
    }
}
