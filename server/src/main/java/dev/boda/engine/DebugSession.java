package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A version, or `$LATEST`, that somebody debugs, from [Debugging#open] to [#close()].
///
/// Its invocations run in environments of a stand-in: the same snapshot under another id. So no environment that runs
/// already is touched, and those of before are used again afterwards. A stand-in's environments listen for a debugger,
/// have no limit of time and never stand still; one of them runs at a time, and invocations wait for their turn. When
/// `$LATEST` is updated, the new snapshot gets a stand-in of its own.
public final class DebugSession implements AutoCloseable {

    /// How many invocations may wait for their turn.
    private static final int MOST_WAITING = 64;

    /// Longest that a debugger waits for an environment that listens.
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(30);

    /// A runtime does not tell when it listens.
    private static final long LOOK_NANOS = 50_000_000;

    /// Between two starts of an environment for one debugger that waits.
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private static final int EVERYBODY = 1 << 16;

    private final Target target;
    private final DebuggedVersions debugged;
    private final Environments environments;
    private final Consumer<String> whenEnded;
    private final Semaphore turn = new Semaphore(1, true);
    // Guarded by this, all below.
    private final List<String> standIns = new ArrayList<>();
    private @Nullable FunctionVersion base;
    private @Nullable FunctionVersion standIn;
    private @Nullable Place place;
    private volatile boolean closed; // read by anybody

    /// What is debugged.
    ///
    /// @param version `$LATEST` or a number
    /// @param waits   whether Init goes on only when a debugger says so
    /// @param current the snapshot that it is now; throws when there is none any more
    public record Target(String functionArn, String version, boolean waits, Callable<FunctionVersion> current) {

        String key() {
            return DebugSession.key(functionArn, version);
        }
    }

    /// What a session does with environments.
    interface Environments {

        /// Starts one of this version, unless there is one.
        void ahead(FunctionVersion standIn);

        /// Those without an invocation end, the others when they have answered.
        void retire(String versionId);

        /// No debugger holds them any longer.
        void letGo(String versionId);

        /// On a thread of its own.
        void later(Runnable action);
    }

    /// Where an environment listens for a debugger: at this port of 127.0.0.1, as its processes see it.
    private record Place(ExecutionEnvironment environment, int port) {}

    /// An invocation whose turn it is.
    ///
    /// @param invocation as it is to be run
    /// @param over       lets the next one in
    record Turn(Invocation invocation, Runnable over) {}

    DebugSession(Target target, DebuggedVersions debugged, Environments environments, Consumer<String> whenEnded) {
        this.target = target;
        this.debugged = debugged;
        this.environments = environments;
        this.whenEnded = whenEnded;
    }

    static String key(String functionArn, String version) {
        return functionArn + ":" + version;
    }

    Target target() {
        return target;
    }

    /// Whether it still goes on.
    public boolean isOpen() {
        return !closed;
    }

    boolean waits() {
        return target.waits;
    }

    /// Waits until it is the invocation's turn. Once the session is over, those that wait run as ever.
    Turn enter(Invocation invocation) throws ThrottledException, InterruptedException {
        if (turn.getQueueLength() >= MOST_WAITING) {
            throw ThrottledException.ofMachine("The function is being debugged, one invocation at a time, and "
                    + MOST_WAITING + " wait for their turn.");
        }
        turn.acquire();
        FunctionVersion its = null;
        try {
            its = standInOf(invocation.version());
        } finally {
            if (its == null) {
                turn.release();
            }
        }
        return its == null ? new Turn(invocation, () -> {}) : new Turn(invocation.with(its), turn::release);
    }

    /// The snapshot in whose environments this one's invocations run; null if they run in its own. Those that an update
    /// has overtaken run what there is now: ids do not say which of two snapshots is the newer one.
    private @Nullable FunctionVersion standInOf(FunctionVersion version) throws InterruptedException {
        synchronized (this) {
            if (closed) {
                return null;
            }
            if (base != null && base.id().equals(version.id())) {
                return standIn;
            }
        }
        return current();
    }

    /// The stand-in of what the version is now; null when the session is over.
    private @Nullable FunctionVersion current() throws InterruptedException {
        try {
            return become(target.current.call());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception gone) {
            end("There is nothing to debug any more: " + gone.getMessage());
            return null;
        }
    }

    /// The version is this snapshot from now on.
    private @Nullable FunctionVersion become(FunctionVersion version) {
        FunctionVersion before;
        FunctionVersion its;
        synchronized (this) {
            if (closed) {
                return null;
            }
            if (base != null && base.id().equals(version.id())) {
                return standIn;
            }
            before = standIn;
            // Never an id of before: environments of those have ended.
            its = new FunctionVersion(
                    version.id() + "-debug-" + System.identityHashCode(this) + "-" + standIns.size(),
                    version.function(),
                    version.version(),
                    version.settings(),
                    version.code());
            base = version;
            standIn = its;
            standIns.add(its.id());
            debugged.standsIn(its.id(), this);
        }
        if (before != null) {
            environments.retire(before.id());
        }
        return its;
    }

    synchronized boolean debugs(Collection<String> versionIds) {
        return base != null && versionIds.contains(base.id());
    }

    /// Starts an environment, unless there is one, so that a debugger meets it before the first invocation.
    void startAhead() {
        try {
            var its = current();
            if (its != null) {
                environments.ahead(its);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The snapshot is no longer what the version is: it was updated, or removed.
    void outdated() {
        environments.later(this::startAhead);
    }

    /// An environment will listen for a debugger.
    synchronized void listens(ExecutionEnvironment environment, int port) {
        place = new Place(environment, port);
    }

    /// A connection to the debugger's end in the environment that there is, or in one that is started now.
    ///
    /// @throws IOException if no environment listens in time, or the session has ended
    public SocketChannel connect() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_CONNECT.toNanos();
        long nextStart = System.nanoTime();
        long pause = LOOK_NANOS;
        while (!closed && System.nanoTime() < deadline) {
            var now = place();
            if (now == null) {
                // What fails at Init is not started again and again.
                if (System.nanoTime() >= nextStart) {
                    startAhead();
                    nextStart = System.nanoTime() + pause;
                    pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
                }
            } else {
                var connected = connect(now);
                if (connected != null) {
                    return connected;
                }
            }
            look();
        }
        throw new IOException(
                closed
                        ? "The session has ended"
                        : "No execution environment listens for a debugger; its log says more");
    }

    private synchronized @Nullable Place place() {
        return place == null || place.environment.phase() == Phase.SHUTDOWN ? null : place;
    }

    private synchronized void look() throws InterruptedException {
        long deadline = System.nanoTime() + LOOK_NANOS;
        for (long left = LOOK_NANOS; left > 0 && !closed; left = deadline - System.nanoTime()) {
            wait(Duration.ofNanos(left).toMillis() + 1);
        }
    }

    /// Null where nobody listens yet.
    private static @Nullable SocketChannel connect(Place place) throws IOException {
        var sandbox = place.environment.sandbox();
        if (sandbox == null) {
            return null;
        }
        SocketChannel channel;
        try {
            channel = sandbox.socketInside();
        } catch (ConnectException ending) {
            return null;
        }
        try {
            channel.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), place.port));
            return channel;
        } catch (ConnectException notYet) {
            channel.close();
            return null;
        } catch (IOException | RuntimeException broken) {
            channel.close();
            throw broken;
        }
    }

    /// The function has its limits again. An invocation that is under way has its whole timeout from now on.
    @Override
    public void close() {
        end("Debugging has ended");
    }

    void end(String why) {
        List<String> all;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            all = List.copyOf(standIns);
            notifyAll();
        }
        debugged.remove(this);
        all.forEach(environments::retire);
        all.forEach(environments::letGo);
        turn.release(EVERYBODY);
        whenEnded.accept(why);
    }
}
