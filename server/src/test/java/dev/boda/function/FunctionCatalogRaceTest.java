package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ServiceException;
import dev.boda.store.RecordConflictException;
import dev.boda.store.RecordKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many change one function at once: its code, versions, aliases, policy, tags, reservation, and the steps in the
/// background besides. What was acknowledged is there, in memory and in the store.
final class FunctionCatalogRaceTest extends CatalogOverStore {

    private static final int MANY = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long MOMENT_NANOS = 100_000;
    private static final FunctionVersions.Expected ANYTHING =
            new FunctionVersions.Expected(Optional.empty(), Optional.empty());

    private final Queue<Thread> running = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();

    private void start(Runnable task) {
        running.add(Thread.ofVirtual()
                .uncaughtExceptionHandler((_, failure) -> broken.add(failure))
                .start(task));
    }

    private void inBackground() {
        catalog = catalog(this::start);
    }

    /// Until everybody, and every step that was begun meanwhile, is done.
    private void awaitAll() throws InterruptedException {
        for (var thread = running.poll(); thread != null; thread = running.poll()) {
            thread.join();
        }
        assertThat(broken).isEmpty();
    }

    /// What it did; empty if that was refused because of others.
    private static <T> Optional<T> attempt(Callable<T> change) {
        try {
            return Optional.of(change.call());
        } catch (ServiceException refused) {
            assertThat(refused.status()).isBetween(400, 499);
            return Optional.empty();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static <T> T untilDone(Callable<T> change) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        var done = attempt(change);
        while (done.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(MOMENT_NANOS);
            done = attempt(change);
        }
        return done.orElseThrow(() -> new AssertionError("It was refused all the time"));
    }

    private static ResourcePolicy.Statement statement(String sid) {
        return new ResourcePolicy.Statement(sid, "lambda:InvokeFunction", Map.of(), "arn", Map.of());
    }

    private static FunctionCode code(int number) {
        return new FunctionCode("%064x".formatted(number + 1), 10 + number, "x86_64");
    }

    @Test
    @Timeout(60)
    void whateverWasAcknowledgedIsThere() throws InterruptedException {
        ready();
        inBackground();
        var versions = new FunctionVersions(catalog);
        var permissions = new Permissions(catalog);
        var aliases = new Aliases(catalog);
        aliases.create(HELLO, "shared", wish("$LATEST", ""));
        Map<String, String> published = new ConcurrentHashMap<>();
        var codes = new ConcurrentLinkedQueue<FunctionRecord>();
        var together = new CountDownLatch(1);
        for (int i = 0; i < MANY; i++) {
            int number = i;
            start(() -> {
                await(together);
                codes.add(untilDone(() ->
                        update(LATEST, Optional.empty(), old -> old.with(its -> its.code = code(number)))));
            });
            start(() -> {
                await(together);
                var version = untilDone(() -> versions.publish(HELLO, Optional.empty(), ANYTHING));
                published.put(version.version(), version.shown().code().digest());
            });
            start(() -> {
                await(together);
                untilDone(() -> permissions.add(LATEST, _ -> statement("s" + number), Optional.empty()));
            });
            start(() -> {
                await(together);
                untilDone(() -> catalog.amend(
                        HELLO, old -> old.with(its -> its.tags = Tags.with(its.tags, Map.of("t" + number, "")))));
            });
            start(() -> {
                await(together);
                untilDone(() -> aliases.create(HELLO, "a" + number, wish("$LATEST", "")));
                untilDone(() -> {
                    var now = aliases.get(HELLO, "shared");
                    return aliases.update(
                            HELLO,
                            "shared",
                            wish("$LATEST", now.description() + (char) ('A' + number)),
                            Optional.of(now.revisionId()));
                });
            });
        }
        together.countDown();
        awaitAll();
        var whole = catalog.require(HELLO);
        var function = whole.function();
        assertThat(function.state()).isEqualTo(FunctionState.READY);
        assertThat(codes).hasSize(MANY);
        assertThat(codes).extracting(FunctionRecord::versionId).contains(function.versionId());
        assertThat(function.serving()).contains(function.snapshot());
        assertThat(function.policy().statements())
                .extracting(ResourcePolicy.Statement::sid)
                .containsExactlyInAnyOrderElementsOf(named("s"));
        assertThat(function.tags().keySet()).containsExactlyInAnyOrderElementsOf(named("t"));
        var letters = whole.alias("shared").orElseThrow().description();
        assertThat(letters.chars()).hasSize(MANY).doesNotHaveDuplicates();
        assertThat(whole.aliases().keySet()).containsAll(named("a")).hasSize(MANY + 1);
        assertThat(whole.versions().keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, function.lastVersion()).boxed().toList());
        published.forEach((number, digest) -> assertThat(
                        whole.version(number).orElseThrow().snapshot().codeDigest())
                .isEqualTo(digest));
        assertTheStoreHolds(List.of(HELLO));
    }

    private static Aliases.Wish wish(String version, String description) {
        return new Aliases.Wish(Optional.of(version), Optional.of(description), Optional.empty());
    }

    private static List<String> named(String prefix) {
        return IntStream.range(0, MANY).mapToObj(number -> prefix + number).toList();
    }

    private static void await(CountDownLatch together) {
        try {
            together.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// A step in the background that gave up would leave the function updating for ever.
    @Test
    @Timeout(60)
    void anUpdateIsFinishedHoweverManyChangeTheFunctionMeanwhile() throws InterruptedException {
        ready();
        inBackground();
        var ended = new CountDownLatch(1);
        for (int i = 0; i < MANY; i++) {
            int number = i;
            start(() -> {
                for (int turn = 0; ended.getCount() > 0; turn++) {
                    var tag = Map.of("t" + number, String.valueOf(turn));
                    attempt(() -> catalog.amend(HELLO, old -> old.with(its -> its.tags = Tags.with(its.tags, tag))));
                }
            });
        }
        for (int i = 0; i < 10; i++) {
            int number = i;
            untilDone(() -> update(LATEST, Optional.empty(), old -> old.with(its -> its.code = code(number))));
        }
        untilDone(() -> catalog.checkUpdate(LATEST, Optional.empty()));
        ended.countDown();
        awaitAll();
        assertThat(catalog.get(LATEST).code()).isEqualTo(code(9));
    }

    @Test
    @Timeout(60)
    void ofThoseThatNameTheSameRevisionOneWins() throws InterruptedException {
        ready();
        inBackground();
        for (int round = 0; round < 10; round++) {
            var revision = Optional.of(catalog.get(LATEST).revisionId());
            var won = new ConcurrentLinkedQueue<FunctionRecord>();
            var together = new CountDownLatch(1);
            for (int i = 0; i < MANY; i++) {
                int number = round * MANY + i;
                start(() -> {
                    await(together);
                    attempt(() -> update(LATEST, revision, old -> old.with(its -> its.code = code(number))))
                            .ifPresent(won::add);
                });
            }
            together.countDown();
            awaitAll();
            assertThat(won).hasSize(1);
            assertThat(catalog.get(LATEST).code()).isEqualTo(won.peek().code());
        }
    }

    @Test
    @Timeout(60)
    void deletionsAndCreationsAmongAllOtherChangesLeaveMemoryAsTheStoreIs() throws InterruptedException {
        inBackground();
        var names = IntStream.range(0, 4)
                .mapToObj(number -> new FunctionName("111111111111", "us-east-1", "f" + number))
                .toList();
        for (int i = 0; i < MANY; i++) {
            var random = new SplittableRandom(i);
            start(() -> {
                for (int turn = 0; turn < 25; turn++) {
                    var name = names.get(random.nextInt(names.size()));
                    attempt(() -> anything(name, random));
                }
            });
        }
        awaitAll();
        assertTheStoreHolds(names);
    }

    private Object anything(FunctionName name, SplittableRandom random) throws InterruptedException {
        var reference = new FunctionReference(name, Optional.empty());
        var some = String.valueOf(random.nextInt(3) + 1);
        int number = random.nextInt(10);
        return switch (random.nextInt(9)) {
            case 0 -> catalog.create(catalog.creating(name, SETTINGS, code(number)), random.nextBoolean());
            case 1 -> {
                catalog.delete(name);
                yield name;
            }
            case 2 ->
                catalog.update(
                        reference,
                        Optional.empty(),
                        random.nextBoolean(),
                        old -> old.with(its -> its.code = code(number)));
            case 3 -> new FunctionVersions(catalog).publish(name, Optional.empty(), ANYTHING);
            case 4 -> {
                new FunctionVersions(catalog).delete(name, new Qualifier(some));
                yield name;
            }
            case 5 -> new Aliases(catalog).create(name, "a" + some, wish(some, ""));
            case 6 -> {
                new Aliases(catalog).delete(name, "a" + some);
                yield name;
            }
            case 7 -> {
                var qualified = new FunctionReference(name, Optional.of(new Qualifier(some)));
                yield new Permissions(catalog).add(qualified, _ -> statement("s" + number), Optional.empty());
            }
            default -> catalog.reserve(name, Optional.of(number).filter(executions -> executions > 0));
        };
    }

    /// Memory is what a start finds, and nothing is in the store that belongs to no function.
    private void assertTheStoreHolds(List<FunctionName> names) {
        var before = names.stream().map(catalog::whole).toList();
        var usage = catalog.usage("111111111111", "us-east-1");
        long bytes = before.stream()
                .flatMap(Optional::stream)
                .mapToLong(WholeFunction::codeBytes)
                .sum();
        assertThat(usage.codeBytes()).isEqualTo(bytes);
        concurrency = new ReservedConcurrency(1_000, 100);
        reopen();
        assertThat(names.stream().map(catalog::whole).toList()).isEqualTo(before);
        assertThat(catalog.usage("111111111111", "us-east-1")).isEqualTo(usage);
        var functions = owners("function");
        assertThat(functions).containsAll(owners("function-version")).containsAll(owners("function-alias"));
        var subordinate = before.stream()
                .flatMap(Optional::stream)
                .mapToInt(whole -> whole.versions().size() + whole.aliases().size())
                .sum();
        assertThat(records().scan("function-version").size()
                        + records().scan("function-alias").size())
                .isEqualTo(subordinate);
    }

    private Set<String> owners(String kind) {
        return records().scan(kind).stream().map(each -> each.key().name()).collect(Collectors.toSet());
    }

    /// Of the records of one change the last cannot be written: none is.
    @Test
    void aChangeThatCannotBeWrittenWholeIsNotWrittenAtAll() throws InterruptedException {
        ready();
        catalog.reserve(HELLO, Optional.of(7));
        var before = catalog.require(HELLO);
        var usage = catalog.usage("111111111111", "us-east-1");
        var stored = records().scan("function");
        var inTheWay = new RecordKey("function-version", "111111111111", "us-east-1", "hello", "000000001");
        long revision = records().create(inTheWay, "{}");
        assertThatThrownBy(() ->
                        catalog.update(LATEST, Optional.empty(), true, old -> old.with(its -> its.code = OTHER_CODE)))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refused -> assertThat(refused.status()).isEqualTo(409));
        assertThat(records().scan("function")).isEqualTo(stored);
        assertThat(catalog.require(HELLO)).isEqualTo(before);
        assertThat(catalog.usage("111111111111", "us-east-1")).isEqualTo(usage);
        assertThat(steps).isEmpty();
        records().remove(inTheWay, revision);
        assertTheStoreHolds(List.of(HELLO));
        assertThat(catalog.update(LATEST, Optional.empty(), true, old -> old)
                        .last()
                        .version())
                .isEqualTo("1");
    }

    @Test
    @Timeout(20)
    void aStepThatIsRefusedBecauseOfOthersIsTakenAgain() {
        var begun = create(HELLO, SETTINGS, CODE);
        var turns = new ArrayBlockingQueue<String>(2);
        var settlement = new Settlement(folders, task -> Thread.ofVirtual().start(task), (function, _) -> {
            turns.add(function.versionId());
            if (turns.size() == 1) {
                throw LambdaErrors.updateInProgress(function.name().arn());
            }
        });
        settlement.begin(begun);
        while (turns.size() < 2) {
            LockSupport.parkNanos(MOMENT_NANOS);
        }
        assertThat(turns).containsOnly(begun.versionId());
    }

    /// Another has changed the function in the store, and memory does not know.
    @Test
    void whoeverWasOvertakenInTheStoreChangesNothing() throws InterruptedException {
        var before = ready();
        rewrite(document -> document.replace("app.handler", "their.handler"));
        var stored = records().scan("function");
        assertThatThrownBy(() -> update(LATEST, Optional.empty(), old -> old.with(its -> its.code = OTHER_CODE)))
                .isInstanceOf(ServiceException.class);
        assertThatThrownBy(() -> records().remove(stored.getFirst().key(), 1))
                .isInstanceOf(RecordConflictException.class);
        assertThat(records().scan("function")).isEqualTo(stored);
        assertThat(catalog.get(LATEST)).isEqualTo(before);
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(CODE.digest());
        assertThat(catalog.usage("111111111111", "us-east-1").codeBytes()).isEqualTo(17);
        reopen();
        assertThat(catalog.get(LATEST).settings().handler()).isEqualTo("their.handler");
    }
}
