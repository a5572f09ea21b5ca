package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.function.FunctionVersion;
import dev.boda.function.Snapshots;
import dev.boda.runtime.Runtime;
import dev.boda.runtime.StartCaches;
import dev.boda.runtime.StartCaching;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTrainingTest {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String BROKEN = "java21";

    /// More than all there is: its training fits only alone.
    private static final int LARGE = 10_240;

    private static final EngineLimits LIMITS = Engine.LIMITS.with(its -> its.memoryBytes = 512 << 20);

    @TempDir
    Path folder;

    private StartCaches caches;
    private final List<String> resolved = new CopyOnWriteArrayList<>();
    private final AtomicInteger trainings = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        caches = StartCaches.open(folder);
    }

    private static Runtime java(String id) {
        return new Runtime(
                id,
                "java",
                "25.0.1",
                true,
                new RootFileSystem.Host(List.of()),
                List.of(),
                List.of("java", "Client"),
                Map.of());
    }

    private Runtime resolve(String id) {
        resolved.add(id);
        if (id.equals(BROKEN)) {
            throw new IllegalStateException("The scan has failed");
        }
        return id.startsWith("java") ? java(id) : Engine.runtime(id);
    }

    private static FunctionVersion version(String id, String runtime, int megabytes) {
        return Snapshots.of(
                id,
                "000000000000",
                "us-east-1",
                id,
                "$LATEST",
                runtime,
                "app.Handler",
                "arn:aws:iam::000000000000:role/r",
                "0".repeat(64),
                "x86_64",
                900,
                megabytes,
                512,
                Map.of());
    }

    /// Invocations are answered; the first trainings do what the script says, later ones leave a cache.
    private Engine engine(int first, FakeRuntime.Script script) {
        return Engine.keeping(caches, this::resolve, LIMITS, runtime -> {
            if (!runtime.environment().plan().isTraining()) {
                FakeRuntime.echo(runtime);
            } else if (trainings.incrementAndGet() <= first) {
                script.run(runtime);
            } else {
                runtime.print("classes" + StartCaching.WHOLE);
                var _ = runtime.next();
            }
        });
    }

    private static void fails(FakeRuntime runtime) throws Exception {
        throw FakeRuntime.exit(1);
    }

    /// Time goes on, from one look to the next.
    private static void untilThen(Engine engine, String what, BooleanSupplier condition) {
        eventually(what, () -> {
            if (condition.getAsBoolean()) {
                return true;
            }
            if (engine.clock.waitingWithin(LOOK) > 0) {
                engine.clock.advance(LOOK);
            }
            return false;
        });
    }

    private boolean isKept(String versionId) {
        var found = caches.find(versionId, java("java25"));
        found.ifPresent(StartCaches.Held::close);
        return found.isPresent();
    }

    @Test
    void runtimesThatKeepNothingAreNotLookedAt() {
        try (var engine = engine(0, StartCacheTrainingTest::fails)) {
            engine.pool.activated(version("python", "python3.12", 128));
            engine.pool.activated(version("own", "provided.al2023", 128));
            engine.pool.activated(version("java", "java25", 128));

            untilThen(engine, "the last has a cache", () -> isKept("java"));
            assertThat(resolved).containsOnly("java25");
        }
    }

    @Test
    void aVersionIsTriedTwice() {
        try (var engine = engine(2, StartCacheTrainingTest::fails)) {
            engine.pool.activated(version("bad", "java25", 128));
            untilThen(engine, "two tries", () -> engine.problems.size() == 2);
            engine.pool.activated(version("bad", "java25", 128));
            engine.pool.activated(version("good", "java25", 128));

            untilThen(engine, "the other has a cache", () -> isKept("good"));
            assertThat(isKept("bad")).isFalse();
            assertThat(engine.problems).hasSize(2).allMatch(problem -> problem.contains("function:bad"));
        }
    }

    @Test
    void whereThereIsNoRoomThatIsNoTry() {
        try (var engine = engine(0, StartCacheTrainingTest::fails)) {
            var other = version("other", "python3.12", 128);
            assertThat(new Call(engine, Engine.invocation(other, "x", false)).answer())
                    .isEqualTo("x");
            engine.quiet();
            resolved.clear();
            engine.pool.activated(version("large", "java25", LARGE));
            untilThen(engine, "it was looked at again and again", () -> resolved.size() >= 5);
            assertThat(trainings).hasValue(0);

            engine.pool.retire(other.id());

            untilThen(engine, "it has a cache", () -> isKept("large"));
            assertThat(engine.problems).isEmpty();
        }
    }

    @Test
    void givingWayIsNoTry() {
        try (var engine = engine(3, FakeRuntime::hang)) {
            engine.pool.activated(version("large", "java25", LARGE));
            for (int i = 1; i <= 3; i++) {
                int count = i;
                untilThen(engine, "training " + count, () -> trainings.get() == count);
                var other = version("other" + i, "python3.12", 128);
                assertThat(new Call(engine, Engine.invocation(other, "x", false)).answer())
                        .isEqualTo("x");
                engine.quiet();
                engine.pool.retire(other.id());
            }

            untilThen(engine, "it has a cache", () -> isKept("large"));
            assertThat(engine.problems).isEmpty();
        }
    }

    @Test
    void whateverGoesWrongWithOneTheNextHasItsTurn() {
        try (var engine = engine(0, StartCacheTrainingTest::fails)) {
            engine.pool.activated(version("broken", BROKEN, 128));
            engine.pool.activated(version("java", "java25", 128));

            untilThen(engine, "the next has a cache", () -> isKept("java"));
            assertThat(engine.problems).singleElement().asString().contains("function:broken", "The scan has failed");
            assertThat(engine.pool.end(List.of("broken"))).isZero();
        }
    }

    @Test
    void aColdStartBearsCachesThatCannotBeLookedFor() {
        var belongings = new Belongings();
        var unnameable = version("v\0", "java25", 128);

        var command = new UsualStart(Optional.of(caches), _ -> {})
                .command(unnameable, java("java25"), Map.of(), new ArrayList<>(), belongings);

        assertThat(command).isEqualTo(java("java25").commandWith(Map.of()));
        belongings.close();
    }
}
