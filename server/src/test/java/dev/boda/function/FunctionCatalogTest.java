package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.boda.aws.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The life of a function: made, changed, served, deleted.
final class FunctionCatalogTest extends CatalogOverStore {

    @Test
    void aFunctionIsCreatingUntilItsCodeIsUnpacked() {
        var created = create(HELLO, SETTINGS, CODE);
        assertThat(created.state()).isEqualTo(FunctionState.CREATING);
        assertThat(folders.asked).isEmpty();
        settle();
        var ready = catalog.get(LATEST);
        assertThat(folders.asked).containsExactly(CODE.digest());
        assertThat(ready.state()).isEqualTo(FunctionState.READY);
        assertThat(ready.revisionId()).isNotEqualTo(created.revisionId());
        assertThat(ready.lastModifiedMillis()).isEqualTo(created.lastModifiedMillis());
    }

    @Test
    @Timeout(20)
    void whatTheDiskDoesNotAllowIsTriedAgainUntilItDoes() {
        folders.diskFull = true;
        create(HELLO, SETTINGS, CODE);
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.CREATING);
        awaitRetry();
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.CREATING);
        folders.diskFull = false;
        awaitRetry();
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
    }

    private void awaitRetry() {
        while (steps.isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatServesIsASnapshotOfSettingsAndCode() throws InterruptedException {
        ready();
        var version = catalog.resolve(LATEST);
        assertThat(version.codeDigest()).isEqualTo(CODE.digest());
        assertThat(version.handler()).isEqualTo("app.handler");
        assertThat(version.environment()).containsExactly(Map.entry("A", "1"));
        assertThat(version.version()).isEqualTo("$LATEST");
        assertThat(catalog.resolve(LATEST)).isSameAs(version);
    }

    @Test
    void anInvocationWaitsForAFunctionThatIsBeingCreated() throws Exception {
        create(HELLO, SETTINGS, CODE);
        var resolved = resolveInBackground();
        settle();
        assertThat(resolved.get(5, TimeUnit.SECONDS).codeDigest()).isEqualTo(CODE.digest());
    }

    private CompletableFuture<FunctionVersion> resolveInBackground() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var resolved = new CompletableFuture<FunctionVersion>();
        Thread.ofVirtual().start(() -> {
            begun.countDown();
            try {
                resolved.complete(catalog.resolve(LATEST));
            } catch (Exception e) {
                resolved.completeExceptionally(e);
            }
        });
        begun.await();
        return resolved;
    }

    @Test
    void aNameIsTakenOnce() {
        ready();
        var refusal = catchThrowableOfType(ServiceException.class, () -> create(HELLO, SETTINGS, CODE));
        assertThat(refusal).hasMessage("Function already exist: hello");
        assertThat(refusal.code()).isEqualTo("ResourceConflictException");
        assertThat(refusal.status()).isEqualTo(409);
    }

    @Test
    void theSameNameInAnotherRegionIsAnotherFunction() {
        ready();
        var there = new FunctionName("111111111111", "eu-west-1", "hello");
        create(there, SETTINGS, OTHER_CODE);
        settle();
        assertThat(catalog.get(LATEST).code()).isEqualTo(CODE);
        assertThat(catalog.get(new FunctionReference(there, Optional.empty())).code())
                .isEqualTo(OTHER_CODE);
    }

    @Test
    void anUpdateServesWhenItIsDoneAndRetiresWhatWasThere() throws InterruptedException {
        var before = ready();
        var old = catalog.resolve(LATEST);
        var begun = update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
        assertThat(begun.state()).isEqualTo(FunctionState.UPDATING);
        assertThat(begun.code()).isEqualTo(OTHER_CODE);
        assertThat(begun.serving()).contains(old);
        assertThat(retired).isEmpty();
        settle();
        var after = catalog.get(LATEST);
        assertThat(after.state()).isEqualTo(FunctionState.READY);
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(OTHER_CODE.digest());
        assertThat(retired).containsExactly(old);
        assertThat(List.of(before.revisionId(), begun.revisionId(), after.revisionId()))
                .doesNotHaveDuplicates();
    }

    @Test
    void anUpdateThatChangesNothingIsAnUpdate() {
        var before = ready();
        update(LATEST, Optional.empty(), function -> function);
        settle();
        assertThat(catalog.get(LATEST).revisionId()).isNotEqualTo(before.revisionId());
    }

    @Test
    void aSecondUpdateWaitsForTheFirst() {
        ready();
        update(LATEST, Optional.empty(), function -> function);
        var refusal = catchThrowableOfType(
                ServiceException.class, () -> update(LATEST, Optional.empty(), function -> function));
        assertThat(refusal)
                .hasMessage("The operation cannot be performed at this time. An update is in progress for resource:"
                        + " arn:aws:lambda:us-east-1:111111111111:function:hello");
        assertThat(refusal.code()).isEqualTo("ResourceConflictException");
    }

    @Test
    void aFunctionThatIsBeingCreatedIsNotUpdated() {
        create(HELLO, SETTINGS, CODE);
        var refusal = catchThrowableOfType(
                ServiceException.class, () -> update(LATEST, Optional.empty(), function -> function));
        assertThat(refusal)
                .hasMessage("The operation cannot be performed at this time."
                        + " The function is currently in the following state: Pending");
    }

    @Test
    void anotherRevisionIsRefused() {
        var before = ready();
        var refusal = catchThrowableOfType(
                ServiceException.class, () -> update(LATEST, Optional.of("other"), function -> function));
        assertThat(refusal.code()).isEqualTo("PreconditionFailedException");
        assertThat(refusal.status()).isEqualTo(412);
        assertThat(catalog.get(LATEST)).isEqualTo(before);
        update(LATEST, Optional.of(before.revisionId()), function -> function);
    }

    @Test
    void codeThatCannotBeUnpackedFailsTheUpdateAndTheOldServesOn() throws InterruptedException {
        ready();
        folders.failure = Optional.of("the disk is gone");
        update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
        settle();
        var failed = catalog.get(LATEST);
        assertThat(failed.state()).isEqualTo(FunctionState.UPDATE_FAILED);
        assertThat(failed.failure().orElseThrow()).contains("the disk is gone");
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(CODE.digest());
        assertThat(retired).isEmpty();
        assertThat(catalog.codeInUse()).containsExactlyInAnyOrder(CODE.digest(), OTHER_CODE.digest());
    }

    @Test
    void aFunctionWhoseCreationFailedIsNotInvoked() {
        folders.failure = Optional.of("the disk is gone");
        create(HELLO, SETTINGS, CODE);
        settle();
        var refusal = catchThrowableOfType(ServiceException.class, () -> catalog.resolve(LATEST));
        assertThat(refusal).hasMessageEndingWith("The function is currently in the following state: Failed");
    }

    @Test
    void aDeletedFunctionIsGoneAndRetired() throws InterruptedException {
        ready();
        var version = catalog.resolve(LATEST);
        catalog.delete(HELLO);
        assertThat(retired).containsExactly(version);
        assertThat(catalog.codeInUse()).isEmpty();
        var refusal = catchThrowableOfType(ServiceException.class, () -> catalog.resolve(LATEST));
        assertThat(refusal)
                .hasMessage("Function not found: arn:aws:lambda:us-east-1:111111111111:function:hello:$LATEST");
        reopen();
        assertThat(catchThrowableOfType(ServiceException.class, () -> catalog.get(LATEST)))
                .hasMessage("Function not found: arn:aws:lambda:us-east-1:111111111111:function:hello");
    }

    @Test
    void aFunctionDeletedWhileItIsUpdatedStaysDeleted() throws InterruptedException {
        ready();
        update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
        catalog.delete(HELLO);
        settle();
        assertThat(catchThrowableOfType(ServiceException.class, () -> catalog.get(LATEST)))
                .isNotNull();
        assertThat(retired).hasSize(1);
    }

    @Test
    void aFunctionCreatedAgainWhileTheOldOneSettlesIsAnother() throws InterruptedException {
        create(HELLO, SETTINGS, CODE);
        catalog.delete(HELLO);
        var second = create(HELLO, SETTINGS, OTHER_CODE);
        steps.remove().run();
        assertThat(catalog.get(LATEST)).isEqualTo(second);
        settle();
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(OTHER_CODE.digest());
    }
}
