package dev.boda.engine;

import dev.boda.function.FunctionVersion;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.StartCacheFile;
import dev.boda.sandbox.SandboxProvider.Output;
import dev.boda.sandbox.SandboxSpec.Limits;
import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.telemetry.metrics.FunctionMeter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One environment that initialises, is asked to end, and prints what its start leaves for later ones. It has all that
/// an environment of its version has, but for invocations, a log and a place in the pool.
final class TrainingRun implements Home, ColdStart.Manner, Output {

    /// How long Init may take: AWS's limit, twice, because it gets the processors last.
    private static final Duration INIT = Duration.ofSeconds(20);

    /// How long the runtime has from when it is asked to end until all is printed.
    private static final Duration MAKING = Duration.ofSeconds(60);

    private static final int MAKING_MEGABYTES = 512;

    private static final long PAUSE_MILLIS = 5;

    private final StartCacheFile file;
    private final Room room;
    private final ExecutionEnvironment environment;
    private final EnvironmentLife life;

    TrainingRun(ColdStartParts parts, Terms usual, Room room, FunctionVersion version, String id, StartCacheFile file) {
        this.file = file;
        this.room = room;
        var limits = usual.limits().with(its -> {
            its.init = INIT;
            its.termination = MAKING;
        });
        var terms = new Terms(this, usual.clock(), limits);
        // What it shows of itself says nothing of the version's other environments.
        var plan = new EnvironmentPlan(
                id, version, new Footprint(version, MAKING_MEGABYTES), InitializationType.TRAINING, null);
        var journal = new Journal(parts.logs().unheard(version), new FunctionMeter(), usual.clock());
        this.environment = new ExecutionEnvironment(plan, journal, terms);
        this.life = new EnvironmentLife(environment, new ColdStart(parts, this), terms, null);
    }

    ExecutionEnvironment environment() {
        return environment;
    }

    /// From the start to the end, when nothing of the environment is left. How it departed.
    Departure run() {
        return life.run();
    }

    /// Ends it at once, whatever it does, and returns at once.
    void end(String why) {
        environment.close(why);
        var running = environment.sandbox();
        if (running != null) {
            // It may be ending already, and have time for that.
            var _ = Thread.ofVirtual().name(environment.id() + "-end").start(running::close);
        }
    }

    @Override
    public List<String> command(
            FunctionVersion version,
            Runtime runtime,
            Map<String, String> variables,
            List<Mount> mounts,
            Belongings belongings) {
        var command = runtime.commandWith(variables);
        return runtime.startCaching(variables)
                .orElseThrow(() -> new IllegalStateException("A runtime that keeps nothing is not trained"))
                .writing(command);
    }

    /// The function has what it always has; the process that makes the cache runs beside it.
    @Override
    public Limits limits(FunctionVersion version) {
        return Limits.of(version.memoryMegabytes() + MAKING_MEGABYTES, version.temporaryMegabytes());
    }

    @Override
    public Output output(Journal journal) {
        return this;
    }

    @Override
    public void raw(ByteBuffer bytes) {
        file.add(bytes);
    }

    @Override
    public void message(ByteBuffer bytes) {
        // A line of the function's log, which nobody reads.
    }

    @Override
    public long pauseMillis() {
        return file.isBehind() ? PAUSE_MILLIS : 0;
    }

    @Override
    public void idle(ExecutionEnvironment initialised) {
        initialised.dismiss();
    }

    @Override
    public void used(ExecutionEnvironment user, long bytes) {
        if (user.plan().footprint().used(bytes)) {
            room.changed(user.plan().footprint());
        }
    }

    // What else happens to environments does not happen to this one.

    @Override
    public Optional<EnvironmentUnavailableException> refusal(ExecutionEnvironment started) {
        return Optional.empty();
    }

    @Override
    public boolean stillNeeded(ExecutionEnvironment started) {
        return true;
    }

    @Override
    public @Nullable Placement takeWaiting(ExecutionEnvironment started) {
        return null;
    }

    @Override
    public void initEnded(ExecutionEnvironment initialised) {}

    @Override
    public void idleForAWhile() {}

    @Override
    public void aboutToBeIdle(ExecutionEnvironment answering) {}

    @Override
    public void retract(ExecutionEnvironment answering) {}

    @Override
    public void expire(ExecutionEnvironment idle) {}

    @Override
    public void undelivered(Placement placement) {}

    @Override
    public void ended(ExecutionEnvironment gone, Departure departure) {}
}
