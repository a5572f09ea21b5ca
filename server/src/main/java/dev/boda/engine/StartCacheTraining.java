package dev.boda.engine;

import dev.boda.engine.Home.Departure;
import dev.boda.function.FunctionVersion;
import dev.boda.runtime.KnownRuntime;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.runtime.StartCaches;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes start caches, one at a time of all functions, while the machine has nothing better to do: a version that has
/// none initialises once, for nobody. Nothing depends on it, and it gives way to whoever needs its room.
final class StartCacheTraining {

    /// How often it looks whether the machine is quiet. Also how long a version waits at least, for its first callers.
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// How long it waits for processors with time to spare; where there are none for so long, it weighs the least of
    /// all
    /// who use them.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// How often a version is tried in this server's life. When it finds no room, or gives way, that is no try.
    private static final int TRIES = 2;

    /// Of so many versions it is known how often they were tried; so many wait at most.
    private static final int REMEMBERED = 10_000;

    /// Longest that somebody waits for the end of what runs; killing it and removing what was its own takes moments.
    private static final Duration ENDING = Duration.ofSeconds(30);

    private static final String OVER = "The version is no more";

    private final ColdStartParts parts;
    private final StartCaches caches;
    private final Terms terms;
    private final BooleanSupplier quiet;
    private final Predicate<String> retired;
    private final Consumer<String> failed;
    private volatile @Nullable Room room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock, all below.
    private final Map<String, FunctionVersion> waiting = new LinkedHashMap<>();
    private final Map<String, Integer> tries = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };
    private @Nullable FunctionVersion current;
    private @Nullable TrainingRun run;
    private boolean giving;
    private boolean started;
    private boolean closed;
    private long number;

    /// @param quiet   whether there is room to spare, and nobody waits for a start
    /// @param retired whether a version, by its id, is no more
    /// @param failed  is told why there will be no cache, a sentence
    StartCacheTraining(
            ColdStartParts parts,
            Terms terms,
            BooleanSupplier quiet,
            Predicate<String> retired,
            Consumer<String> failed) {
        this.parts = parts;
        this.caches = parts.caches().orElseThrow();
        this.terms = terms;
        this.quiet = quiet;
        this.retired = retired;
        this.failed = failed;
    }

    /// From now on there is room, of which it takes what nobody else needs.
    void start(Room shared) {
        room = shared;
    }

    /// The version should have a cache; not one whose runtime never keeps anything, nor one whose code is edited, which
    /// is another one soon. Returns at once.
    void wish(FunctionVersion version) {
        if (!KnownRuntime.mayKeepStarts(version.runtime())
                || version.code().folder().isPresent()) {
            return;
        }
        lock.lock();
        try {
            if (!mayTry(version) || waiting.size() >= REMEMBERED) {
                return;
            }
            waiting.putIfAbsent(version.id(), version);
            if (!started) {
                started = true;
                // Its own thread: a platform thread starts it, see Launches.
                var _ = Thread.ofPlatform().daemon().name("start-caches").start(this::trainAll);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The version is no more: it needs no cache, and its own goes.
    void forget(String versionId) {
        lock.lock();
        try {
            waiting.remove(versionId);
            if (run != null && current != null && current.id().equals(versionId)) {
                run.end(OVER);
            }
        } finally {
            lock.unlock();
        }
        caches.remove(versionId);
    }

    /// As [#forget(String)]; nothing of them runs any more when this returns, unless its end takes longer than
    /// [#ENDING], in real time.
    void end(Collection<String> versionIds) {
        versionIds.forEach(this::forget);
        lock.lock();
        try {
            long left = ENDING.toNanos();
            while (left > 0 && current != null && versionIds.contains(current.id())) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// Gives way to others. What makes way; null if nothing runs.
    @Nullable
    ExecutionEnvironment giveWay() {
        lock.lock();
        try {
            if (run == null) {
                return null;
            }
            var environment = run.environment();
            if (environment.phase() == Phase.SHUTDOWN && giving) {
                return null;
            }
            giving = true;
            run.end("Others need the room");
            return environment;
        } finally {
            lock.unlock();
        }
    }

    /// With how many bytes what runs counts.
    long bytes() {
        lock.lock();
        try {
            return run == null || giving
                    ? 0
                    : run.environment().plan().footprint().bytes();
        } finally {
            lock.unlock();
        }
    }

    /// Trains nothing any more; what runs ends.
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            if (run != null) {
                run.end("The server is closing");
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void trainAll() {
        try {
            for (var version = next(); version != null; version = next()) {
                trainAlone(version);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whatever goes wrong with one, the next has its turn, and nobody waits for this one any more.
    private void trainAlone(FunctionVersion version) {
        try {
            train(version);
        } catch (IOException | RuntimeException e) {
            tell(version, String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            over();
        }
    }

    private void over() {
        lock.lock();
        try {
            current = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The one that waits longest, when the machine is quiet; null when there will be none any more.
    private @Nullable FunctionVersion next() throws InterruptedException {
        lock.lock();
        try {
            long since = terms.clock().nanos();
            while (!closed) {
                if (waiting.isEmpty()) {
                    changed.await();
                    since = terms.clock().nanos();
                } else {
                    await(LOOK);
                    long waited = terms.clock().nanos() - since;
                    if (!waiting.isEmpty() && quietUnlocked(waited > PATIENCE.toNanos())) {
                        return poll();
                    }
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    // With the lock held.
    private void await(Duration time) throws InterruptedException {
        long until = terms.clock().nanos() + time.toNanos();
        while (!closed && terms.clock().nanos() < until) {
            terms.clock().await(lock, changed, until);
        }
    }

    // With the lock held, which it lets go of meanwhile.
    private boolean quietUnlocked(boolean impatient) {
        lock.unlock();
        try {
            return (impatient || terms.clock().idleProcessor()) && quiet.getAsBoolean();
        } finally {
            lock.lock();
        }
    }

    // With the lock held.
    private @Nullable FunctionVersion poll() {
        var first = waiting.entrySet().iterator();
        if (closed || !first.hasNext()) {
            return null;
        }
        current = first.next().getValue();
        first.remove();
        return current;
    }

    private void train(FunctionVersion version) throws IOException, InterruptedException {
        Runtime runtime;
        try {
            runtime = parts.runtimes().resolve(version.runtime());
        } catch (RuntimeUnavailableException _) {
            return;
        }
        if (runtime.isOsOnly() || runtime.startCaching(version.environment()).isEmpty()) {
            return;
        }
        var there = caches.find(version.id(), runtime);
        there.ifPresent(StartCaches.Held::close);
        if (there.isEmpty() && locked(() -> mayTry(version)) && !make(version, runtime)) {
            // Behind all others, and not before the next look.
            wish(version);
        }
    }

    /// Whether it need not be tried again.
    private boolean make(FunctionVersion version, Runtime runtime) throws IOException, InterruptedException {
        try (var file = caches.write()) {
            var place = Objects.requireNonNull(room);
            var training = new TrainingRun(parts, terms, place, version, "boda-start-cache-" + ++number, file);
            if (!place.takeSpare(training.environment())) {
                return false;
            }
            count(version, 1);
            Departure departure;
            boolean gaveWay;
            try {
                begin(training);
                departure = training.run();
            } finally {
                gaveWay = ended();
                place.leave(training.environment());
            }
            boolean whole = file.finish();
            if (stopped(version)) {
                return true;
            }
            // A JVM that exits during Init makes one all the same.
            if (whole && departure instanceof Departure.Quiet) {
                boolean kept = caches.keep(version.id(), runtime, file);
                if (kept && stopped(version)) {
                    caches.remove(version.id());
                }
                return true;
            }
            if (gaveWay) {
                count(version, -1);
            } else {
                tell(version, reason(departure));
            }
            return false;
        }
    }

    // With the lock held.
    private boolean mayTry(FunctionVersion version) {
        return !closed && !retired.test(version.id()) && tries.getOrDefault(version.id(), 0) < TRIES;
    }

    private void count(FunctionVersion version, int more) {
        lock.lock();
        try {
            tries.merge(version.id(), more, Integer::sum);
        } finally {
            lock.unlock();
        }
    }

    private static String reason(Departure departure) {
        return switch (departure) {
            case Departure.InitFailed(), Departure.InitFailedAgain _ -> "its Init failed or took too long";
            case Departure.NotStarted(var why) -> String.valueOf(why.getMessage());
            case Departure.Quiet() -> "its runtime made none";
        };
    }

    private boolean stopped(FunctionVersion version) {
        return locked(() -> closed || retired.test(version.id()));
    }

    private void begin(TrainingRun training) {
        lock.lock();
        try {
            run = training;
            giving = false;
            if (closed || (current != null && retired.test(current.id()))) {
                training.end(OVER);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether others needed its room.
    private boolean ended() {
        return locked(() -> {
            run = null;
            return giving;
        });
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    private void tell(FunctionVersion version, String why) {
        failed.accept("No start cache was made for " + version.functionArn() + ":" + version.version() + ": " + why);
    }
}
