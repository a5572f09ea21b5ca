package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ServiceException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Functions whose code is a folder.
final class LiveFunctionsTest extends CatalogOverStore {

    private static final String FOLDER = "/home/me/src";
    private static final FunctionCode LIVE = FunctionCode.in(FOLDER, "x86_64");

    private LiveFunctions live;

    @BeforeEach
    void make() {
        live = new LiveFunctions(catalog, steps::add);
    }

    private FunctionRecord createLive(FunctionName name) {
        create(name, SETTINGS, LIVE);
        settle();
        return catalog.get(new FunctionReference(name, Optional.empty()));
    }

    private void change(String folder) {
        live.changed(folder);
        settle();
    }

    private FunctionVersion serving() throws InterruptedException {
        return catalog.resolve(LATEST);
    }

    @Test
    void nothingIsUnpackedForIt() {
        assertThat(createLive(HELLO).state()).isEqualTo(FunctionState.READY);
        assertThat(folders.asked).isEmpty();
        assertThat(catalog.usage(HELLO.account(), HELLO.region()).codeBytes()).isZero();
    }

    @Test
    void aChangeOfTheFolderRetiresWhatHasReadIt() throws Exception {
        var before = createLive(HELLO);
        var old = serving();

        change(FOLDER);

        assertThat(retired).containsExactly(old);
        assertThat(serving().id()).isNotEqualTo(old.id());
        assertThat(serving()).isEqualTo(old.as(serving().id()));
        var after = catalog.get(LATEST);
        assertThat(after.revisionId()).isEqualTo(before.revisionId());
        assertThat(after.lastModifiedMillis()).isEqualTo(before.lastModifiedMillis());
        assertThat(after.state()).isEqualTo(FunctionState.READY);
        assertThat(after.code()).isEqualTo(LIVE);
    }

    @Test
    void everyFunctionOfTheFolderIsToldAndNoOther() throws Exception {
        createLive(HELLO);
        var twin = new FunctionName("222222222222", "eu-west-1", "twin");
        createLive(twin);
        create(
                new FunctionName(HELLO.account(), HELLO.region(), "other"),
                SETTINGS,
                FunctionCode.in("/other", "x86_64"));
        create(new FunctionName(HELLO.account(), HELLO.region(), "zip"), SETTINGS, CODE);
        settle();

        change(FOLDER);

        assertThat(retired.stream().map(FunctionVersion::function)).containsExactlyInAnyOrder(HELLO, twin);
    }

    @Test
    void aChangeDuringAnUpdateRetiresWhatServesAndDoesNotEndIt() throws Exception {
        createLive(HELLO);
        var old = serving();
        update(LATEST, Optional.empty(), its -> its.with(draft -> draft.code = CODE));
        live.changed(FOLDER);
        // The update's own step comes first; so this one changes nothing.
        settle();
        assertThat(retired).containsExactly(old);
        assertThat(serving().code()).isEqualTo(CODE);

        update(LATEST, Optional.empty(), its -> its.with(draft -> draft.code = LIVE));
        settle();
        var step = steps.size();
        update(LATEST, Optional.empty(), its -> its.with(draft -> draft.code = OTHER_CODE));
        var begun = steps.remove();
        live.changed(FOLDER);
        steps.remove().run();
        var during = catalog.get(LATEST);
        assertThat(during.state()).isEqualTo(FunctionState.UPDATING);
        begun.run();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
        assertThat(serving().code()).isEqualTo(OTHER_CODE);
        assertThat(retired.getLast()).isEqualTo(during.serving().orElseThrow());
        assertThat(steps).hasSize(step);
    }

    @Test
    void aFunctionThatIsNoMoreIsForgotten() throws Exception {
        createLive(HELLO);
        live.changed(FOLDER);
        catalog.delete(HELLO);
        settle();
        assertThat(retired).hasSize(1);
        assertThat(catalog.exists(HELLO)).isFalse();
    }

    @Test
    void itIsKept() throws Exception {
        createLive(HELLO);
        change(FOLDER);
        var serving = serving();

        reopen();

        assertThat(serving()).isEqualTo(serving);
        assertThat(catalog.get(LATEST).code()).isEqualTo(LIVE);
        assertThat(catalog.runningFrom(FOLDER)).containsExactly(HELLO);
    }

    @Test
    void aFunctionThatWasStoredBeforeThereWereFoldersHasAPackage() {
        ready();
        rewrite(document -> document.replaceAll(",\"folder\":null", ""));
        reopen();
        assertThat(catalog.get(LATEST).code()).isEqualTo(CODE);
    }

    @Test
    void aFolderIsNotPublished() {
        createLive(HELLO);
        var versions = new FunctionVersions(catalog);
        var anything = new FunctionVersions.Expected(Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> versions.publish(HELLO, Optional.empty(), anything))
                .isInstanceOf(ServiceException.class)
                .hasMessageContaining("A version never changes, and the code of this function is the folder " + FOLDER);
        var another = new FunctionName(HELLO.account(), HELLO.region(), "another");
        assertThatThrownBy(() -> catalog.create(catalog.creating(another, SETTINGS, LIVE), true))
                .isInstanceOf(ServiceException.class);
        assertThat(catalog.exists(another)).isFalse();
    }
}
