package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the catalogue shows is what the store holds: after a restart, after a clearing, with many writers at once.
final class FunctionCatalogStoreTest extends CatalogOverStore {

    @Test
    void functionsSurviveARestart() throws InterruptedException {
        var before = ready();
        reopen();
        assertThat(catalog.get(LATEST)).isEqualTo(before);
        assertThat(catalog.resolve(LATEST)).isEqualTo(before.serving().orElseThrow());
    }

    @Test
    void whatTheLastServerDidNotFinishIsFinishedAtTheStart() throws InterruptedException {
        ready();
        update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
        reopen();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.UPDATING);
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(OTHER_CODE.digest());
    }

    @Test
    void listingGoesOnBehindAName() {
        for (var name : List.of("b", "a", "c")) {
            create(new FunctionName("111111111111", "us-east-1", name), SETTINGS, CODE);
        }
        create(new FunctionName("111111111111", "us-west-2", "d"), SETTINGS, CODE);
        create(new FunctionName("222222222222", "us-east-1", "e"), SETTINGS, CODE);
        assertThat(catalog.list("111111111111", "us-east-1", "", 2))
                .extracting(function -> function.name().name())
                .containsExactly("a", "b");
        assertThat(catalog.list("111111111111", "us-east-1", "b", 2))
                .extracting(function -> function.name().name())
                .containsExactly("c");
        assertThat(catalog.usage("111111111111", "us-east-1"))
                .isEqualTo(new FunctionCatalog.Usage(3, 51, CODE_STORAGE_BYTES, 1_000, 1_000));
    }

    @Test
    void afterAClearingItIsAsNew() throws InterruptedException {
        var serving = ready().serving().orElseThrow().id();
        create(new FunctionName("111111111111", "eu-west-1", "begun"), SETTINGS, CODE);

        var cleared = catalog.clear();

        assertThat(cleared.functions()).isEqualTo(2);
        assertThat(cleared.versionIds()).containsExactly(serving);
        settle();
        assertThat(catalog.list("111111111111", "us-east-1", "", 10)).isEmpty();
        assertThat(catalog.usage("111111111111", "us-east-1"))
                .isEqualTo(new FunctionCatalog.Usage(0, 0, CODE_STORAGE_BYTES, 1_000, 1_000));
        assertThat(catalog.codeInUse()).isEmpty();
        assertThatThrownBy(() -> catalog.resolve(LATEST)).isInstanceOf(ServiceException.class);
        ready();
        reopen();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
        assertThat(catalog.list("111111111111", "eu-west-1", "", 10)).isEmpty();
    }

    @Test
    @Timeout(20)
    void clearingsAndChangesAtOnceLeaveMemoryAsTheStoreIs() throws Exception {
        catalog = catalog(task -> Thread.ofVirtual().start(task));
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            var name = new FunctionName("111111111111", "us-east-1", "f" + i);
            var reference = new FunctionReference(name, Optional.empty());
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 30; round++) {
                    refusedOrDone(() -> create(name, SETTINGS, CODE));
                    refusedOrDone(
                            () -> update(reference, Optional.empty(), old -> old.with(its -> its.code = OTHER_CODE)));
                    refusedOrDone(() -> {
                        catalog.delete(name);
                        return null;
                    });
                    refusedOrDone(() -> create(name, SETTINGS, CODE));
                }
            }));
        }
        for (int i = 0; i < 10; i++) {
            catalog.clear();
        }
        for (var thread : threads) {
            thread.join();
        }
        var shown = catalog.list("111111111111", "us-east-1", "", 100);
        long bytes = catalog.usage("111111111111", "us-east-1").codeBytes();
        reopen();
        assertThat(catalog.list("111111111111", "us-east-1", "", 100))
                .extracting(FunctionRecord::name)
                .containsExactlyElementsOf(
                        shown.stream().map(FunctionRecord::name).toList());
        assertThat(catalog.usage("111111111111", "us-east-1").codeBytes()).isEqualTo(bytes);
    }

    @Test
    void ofWritersAtTheSameTimeOneWinsAndNobodyIsLost() throws Exception {
        ready();
        catalog = catalog(task -> Thread.ofVirtual().start(task));
        var threads = new ArrayList<Thread>();
        var begun = new AtomicInteger();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
                    begun.incrementAndGet();
                } catch (ServiceException e) {
                    assertThat(e.status()).isEqualTo(409);
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(begun.get()).isPositive();
        assertThat(catalog.get(LATEST).code()).isEqualTo(OTHER_CODE);
        catalog.delete(HELLO);
        assertThat(retired).doesNotHaveDuplicates();
    }
}
