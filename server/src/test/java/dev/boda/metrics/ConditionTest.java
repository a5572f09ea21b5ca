package dev.boda.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConditionTest {

    private static final Duration PATIENCE = Duration.ofMillis(20);

    @TempDir
    private Path folder;

    private final AtomicInteger looks = new AtomicInteger();

    private final List<Supplier<Optional<String>>> reports = List.of(() -> {
        looks.incrementAndGet();
        return Optional.empty();
    });

    private static void await(Condition condition, Predicate<List<String>> wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!wanted.test(condition.problems())) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aDiskThatDoesNotAnswerIsAskedOnceHoweverOftenSomebodyLooks() {
        var probes = new ConcurrentLinkedQueue<Runnable>();
        try (var database = Database.open(folder.resolve("records.sqlite"), List.of("CREATE TABLE t (k TEXT)"))) {
            var condition = new Condition(database, reports, folder, probes::add, PATIENCE);
            await(condition, _ -> looks.get() >= 3);
            assertThat(condition.problems()).anyMatch(problem -> problem.contains("the disk does not answer"));
            assertThat(probes).hasSize(1);

            probes.remove().run();
            await(condition, _ -> !probes.isEmpty());
            probes.remove().run();
        }
    }

    @Test
    void whatAPartReportsIsAProblem() {
        try (var database = Database.open(folder.resolve("records.sqlite"), List.of("CREATE TABLE t (k TEXT)"))) {
            var parts = List.<Supplier<Optional<String>>>of(() -> Optional.of("It burns."), Optional::empty);
            var condition = new Condition(database, parts, folder, Runnable::run, PATIENCE);
            assertThat(condition.problems()).contains("It burns.");
        }
    }

    @Test
    void aDiskThatAnswersIsNoProblem() {
        try (var database = Database.open(folder.resolve("records.sqlite"), List.of("CREATE TABLE t (k TEXT)"))) {
            var condition = new Condition(database, reports, folder, Runnable::run, PATIENCE);
            assertThat(condition.problems()).noneMatch(problem -> problem.startsWith("Functions cannot be"));
        }
    }
}
