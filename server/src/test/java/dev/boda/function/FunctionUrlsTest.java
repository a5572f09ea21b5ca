package dev.boda.function;

import static dev.boda.function.CorsRulesTest.EVERYBODY;
import static dev.boda.function.CorsRulesTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ServiceException;
import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.function.FunctionUrls.Wish;
import dev.boda.store.RecordChange;
import dev.boda.store.RecordKey;
import dev.boda.store.StoreCannotOpenException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/// URLs belong to their function: they are stored, found and gone with it.
final class FunctionUrlsTest extends CatalogOverStore {

    private static final Wish OPEN = new Wish(AuthType.NONE, InvokeMode.BUFFERED, Optional.empty());
    private static final FunctionReference LIVE = new FunctionReference(HELLO, Optional.of(new Qualifier("live")));
    private static final int MANY = 10_000;

    private FunctionUrls urls() {
        return new FunctionUrls(catalog);
    }

    private void makeLive() throws InterruptedException {
        new Aliases(catalog)
                .create(HELLO, "live", new Aliases.Wish(Optional.of("$LATEST"), Optional.empty(), Optional.empty()));
    }

    private List<String> stored() {
        return records().scan("function-url").stream()
                .map(each -> new JsonMapper()
                        .readValue(each.document(), FunctionUrl.class)
                        .id())
                .toList();
    }

    private static void assertMissing(Callable<?> call, String sentence) {
        assertRefused(call, "ResourceNotFoundException", sentence);
    }

    @Test
    void aUrlIsFoundByItsIdAlsoAfterARestart() throws InterruptedException {
        ready();
        makeLive();
        var made = urls().create(LATEST, OPEN);
        var other = urls().create(LIVE, new Wish(AuthType.AWS_IAM, InvokeMode.RESPONSE_STREAM, Optional.of(EVERYBODY)));
        assertThat(made.id()).matches("[a-z0-9]{32}").isNotEqualTo(other.id());
        assertThat(made.created())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z")
                .isEqualTo(made.modified());
        assertThat(made.reference()).isEqualTo(LATEST);
        assertThat(other.reference()).isEqualTo(LIVE);
        reopen();
        assertThat(urls().find(made.id())).contains(made);
        assertThat(urls().find(other.id())).contains(other);
        assertThat(urls().get(LIVE)).isEqualTo(other);
        assertThat(other.cors()).contains(EVERYBODY);
        assertThat(urls().find("unknown")).isEmpty();
    }

    @Test
    void aChangeKeepsTheIdAndIsSeenAtOnce() throws InterruptedException {
        var revision = ready().revisionId();
        var made = urls().create(LATEST, OPEN);
        var changed =
                urls().update(LATEST, now -> new Wish(AuthType.AWS_IAM, now.invokeMode(), Optional.of(EVERYBODY)));
        assertThat(changed.id()).isEqualTo(made.id());
        assertThat(changed.created()).isEqualTo(made.created());
        assertThat(Instant.parse(changed.modified())).isAfterOrEqualTo(Instant.parse(made.modified()));
        assertThat(urls().find(made.id())).contains(changed);
        assertThat(catalog.get(LATEST).revisionId()).isEqualTo(revision);
        reopen();
        assertThat(urls().get(LATEST)).isEqualTo(changed);
    }

    @Test
    void ofManyWhoMakeTheUrlOfOneFunctionOneWins() throws Exception {
        ready();
        var refused = new AtomicInteger();
        var made = new ArrayList<FunctionUrl>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, 16)
                    .<Callable<Optional<FunctionUrl>>>mapToObj(_ -> () -> {
                        try {
                            return Optional.of(urls().create(LATEST, OPEN));
                        } catch (ServiceException refusal) {
                            assertThat(refusal.code()).isEqualTo("ResourceConflictException");
                            refused.incrementAndGet();
                            return Optional.empty();
                        }
                    })
                    .toList();
            for (var done : threads.invokeAll(calls)) {
                done.get().ifPresent(made::add);
            }
        }
        assertThat(made).hasSize(1);
        assertThat(refused).hasValue(15);
        assertThat(urls().get(LATEST)).isEqualTo(made.getFirst());
        assertThat(stored()).containsExactly(made.getFirst().id());
    }

    @Test
    void aUrlOutlivesItsAliasAndCallsTheNextOfItsName() throws InterruptedException {
        ready();
        makeLive();
        var made = urls().create(LIVE, OPEN);
        new Aliases(catalog).delete(HELLO, "live");
        reopen();
        assertThat(urls().get(LIVE)).isEqualTo(made);
        assertThat(urls().find(made.id())).contains(made);
        assertMissing(() -> urls().update(LIVE, now -> now), "Function does not exist");
        makeLive();
        assertThat(urls().update(LIVE, now -> now).id()).isEqualTo(made.id());
        new Aliases(catalog).delete(HELLO, "live");
        urls().delete(LIVE);
        assertThat(urls().find(made.id())).isEmpty();
        assertThat(stored()).isEmpty();
    }

    @Test
    void withItsFunctionAUrlIsGone() throws InterruptedException {
        ready();
        makeLive();
        var made = List.of(urls().create(LATEST, OPEN), urls().create(LIVE, OPEN));
        assertThat(stored()).hasSize(2);
        catalog.delete(HELLO);
        assertThat(made).allSatisfy(url -> assertThat(urls().find(url.id())).isEmpty());
        assertThat(stored()).isEmpty();
        ready();
        assertMissing(() -> urls().get(LATEST), "The resource you requested does not exist.");
        assertThat(urls().create(LATEST, OPEN).id())
                .isNotIn(made.get(0).id(), made.get(1).id());
    }

    @Test
    void aDeletedUrlLeavesTheOthers() throws InterruptedException {
        ready();
        makeLive();
        var own = urls().create(LATEST, OPEN);
        var live = urls().create(LIVE, OPEN);
        urls().delete(LATEST);
        assertThat(urls().find(own.id())).isEmpty();
        assertThat(urls().find(live.id())).contains(live);
        assertThat(urls().list(HELLO, "", 10)).containsExactly(live);
        assertMissing(
                () -> {
                    urls().delete(LATEST);
                    return null;
                },
                "The resource you requested does not exist.");
    }

    @Test
    void clearingRemovesThemAll() throws InterruptedException {
        ready();
        var made = urls().create(LATEST, OPEN);
        catalog.clear();
        assertThat(urls().find(made.id())).isEmpty();
        assertThat(stored()).isEmpty();
    }

    @Test
    void accountsAndRegionsHaveTheirOwn() throws InterruptedException {
        var names = List.of(
                HELLO,
                new FunctionName(HELLO.account(), "eu-west-1", HELLO.name()),
                new FunctionName("222222222222", HELLO.region(), HELLO.name()));
        var made = new ArrayList<FunctionUrl>();
        for (var name : names) {
            create(name, SETTINGS, CODE);
            made.add(urls().create(new FunctionReference(name, Optional.empty()), OPEN));
        }
        assertThat(made).extracting(FunctionUrl::id).doesNotHaveDuplicates();
        assertThat(made).allSatisfy(url -> {
            assertThat(urls().find(url.id())).contains(url);
            assertThat(urls().list(url.function(), "", 10)).containsExactly(url);
        });
        urls().delete(LATEST);
        assertThat(urls().find(made.get(1).id())).isPresent();
        assertThat(urls().find(made.get(2).id())).isPresent();
    }

    /// None of those is written through the catalogue: that would be as many transactions.
    @Test
    @Timeout(60)
    void tenThousandAreFoundWithoutTheStore() {
        ready();
        var json = new JsonMapper();
        var document = records().scan("function").getFirst().document();
        var template = new FunctionUrl(
                "", HELLO, Optional.empty(), AuthType.NONE, InvokeMode.BUFFERED, Optional.of(EVERYBODY), "c", "m");
        var ids = new ArrayList<String>();
        var changes = new ArrayList<RecordChange>();
        for (int i = 0; i < MANY; i++) {
            var name = new FunctionName(HELLO.account(), HELLO.region(), "f" + i);
            var url = new FunctionUrl(
                    STAMPS.urlId(),
                    name,
                    template.alias(),
                    template.authType(),
                    template.invokeMode(),
                    template.cors(),
                    template.created(),
                    template.modified());
            ids.add(url.id());
            changes.add(new RecordChange.Create(
                    KeptFunction.key(name), document.replace("\"hello\"", "\"" + name.name() + "\"")));
            changes.add(new RecordChange.Create(
                    new RecordKey("function-url", name.account(), name.region(), name.name(), url.target()),
                    json.writeValueAsString(url)));
        }
        records().apply(changes.toArray(RecordChange[]::new));
        reopen();
        var urls = urls();
        close();
        long begun = System.nanoTime();
        for (int i = 0; i < MANY; i++) {
            assertThat(urls.find(ids.get(i)).orElseThrow().function().name()).isEqualTo("f" + i);
        }
        // Nanoseconds each; a scan of all for every request would take minutes.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    @Timeout(30)
    void whateverHappensAtOnceWhatIsFoundIsWhatIsStored() throws Exception {
        catalog = catalog(task -> Thread.ofVirtual().start(task));
        var references = IntStream.range(0, 4)
                .mapToObj(i -> new FunctionReference(
                        new FunctionName(HELLO.account(), HELLO.region(), "f" + i), Optional.empty()))
                .toList();
        var seen = ConcurrentHashMap.<String>newKeySet();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 12; i++) {
            var reference = references.get(i % references.size());
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 15; round++) {
                    refusedOrDone(() -> create(reference.function(), SETTINGS, CODE));
                    refusedOrDone(() -> seen.add(urls().create(reference, OPEN).id()));
                    refusedOrDone(() -> urls().update(reference, now -> now));
                    refusedOrDone(() -> {
                        urls().delete(reference);
                        return null;
                    });
                    refusedOrDone(() -> seen.add(urls().create(reference, OPEN).id()));
                    refusedOrDone(() -> {
                        catalog.delete(reference.function());
                        return null;
                    });
                }
            }));
        }
        for (int i = 0; i < 5; i++) {
            catalog.clear();
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(seen).isNotEmpty();
        assertThat(seen.stream().filter(id -> urls().find(id).isPresent()))
                .containsExactlyInAnyOrderElementsOf(stored());
    }

    @Test
    void anIdThatIsTakenIsNotGivenAgain() throws InterruptedException {
        var letters = new ArrayDeque<Integer>();
        IntStream.range(0, 64).forEach(_ -> letters.add(0));
        IntStream.range(0, 32).forEach(_ -> letters.add(1));
        RandomGenerator scripted = new RandomGenerator() {
            @Override
            public long nextLong() {
                return 1;
            }

            @Override
            public int nextInt(int bound) {
                return letters.remove();
            }
        };
        catalog = new FunctionCatalog(
                new FunctionTable(records(), CODE_STORAGE_BYTES, concurrency),
                folders,
                steps::add,
                retired::add,
                new Stamps(Instant::now, scripted),
                random,
                (_, _) -> {});
        catalog.open();
        ready();
        makeLive();
        assertThat(urls().create(LATEST, OPEN).id()).isEqualTo("a".repeat(32));
        assertThat(urls().create(LIVE, OPEN).id()).isEqualTo("b".repeat(32));
    }

    @Test
    void aDamagedRecordStopsTheStart() throws InterruptedException {
        ready();
        urls().create(LATEST, OPEN);
        var record = records().scan("function-url").getFirst();
        records().replace(record.key(), record.revision(), "{");
        assertThatThrownBy(this::reopen)
                .isInstanceOf(StoreCannotOpenException.class)
                .hasMessageStartingWith("The record of the function hello in ");
    }
}
