package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is kept of a function changes without that being an update of it.
final class AmendmentTest extends CatalogOverStore {

    private static final String CONFIG =
            "arn:aws:lambda:us-east-1:111111111111:code-signing-config:csc-01234567890abcdef";

    private FunctionRecord tag(String key) throws InterruptedException {
        return catalog.revise(
                HELLO, function -> function.with(its -> its.tags = Tags.with(its.tags, Map.of(key, "x"))));
    }

    @Test
    void itIsNoUpdate() throws InterruptedException {
        var before = ready();
        var amended =
                catalog.amend(HELLO, function -> function.with(its -> its.codeSigningConfigArn = Optional.of(CONFIG)));
        assertThat(amended.revisionId()).isEqualTo(before.revisionId());
        assertThat(amended.versionId()).isEqualTo(before.versionId());
        assertThat(amended.lastModifiedMillis()).isEqualTo(before.lastModifiedMillis());
        assertThat(tag("a").revisionId()).isNotEqualTo(before.revisionId());
        assertThat(steps).isEmpty();
        assertThat(retired).isEmpty();
    }

    @Test
    void anUpdateUnderWayGoesOn() throws InterruptedException {
        ready();
        update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
        tag("a");
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.UPDATING);
        settle();
        var updated = catalog.get(LATEST);
        assertThat(updated.state()).isEqualTo(FunctionState.READY);
        assertThat(updated.tags()).containsOnlyKeys("a");
        assertThat(catalog.resolve(LATEST).codeDigest()).isEqualTo(OTHER_CODE.digest());
    }

    @Test
    void noneOfManyIsLost() throws Exception {
        ready();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, 4)
                    .<Callable<FunctionRecord>>mapToObj(i -> () -> tag("key" + i))
                    .toList();
            for (var done : threads.invokeAll(calls)) {
                assertThat(done.get().tags()).isNotEmpty();
            }
        }
        assertThat(catalog.get(LATEST).tags()).containsOnlyKeys("key0", "key1", "key2", "key3");
    }

    @Test
    void itOutlivesTheServer() throws InterruptedException {
        var logging = LoggingSettings.DEFAULT.changed(
                Optional.of("JSON"), Optional.of("WARN"), Optional.empty(), Optional.of("group"));
        catalog.create(
                catalog.creating(HELLO, SETTINGS.with(its -> its.logging = logging), CODE)
                        .with(its -> its.tags = Map.of("a", "b")),
                false);
        settle();
        var amended = catalog.amend(
                HELLO,
                function -> function.with(its -> {
                    its.codeSigningConfigArn = Optional.of(CONFIG);
                    its.runtimeManagement = new RuntimeManagement("Manual", Optional.of(function.runtimeVersionArn()));
                }));
        reopen();
        assertThat(catalog.get(LATEST)).isEqualTo(amended);
        assertThat(catalog.get(LATEST).settings().logging()).isEqualTo(logging);
        assertThat(catalog.resolve(LATEST).logGroup()).isEqualTo("group");
    }

    @Test
    void aFunctionThatDoesNotExistIsNotFound() {
        assertThatThrownBy(() -> tag("a"))
                .hasMessage("Function not found: arn:aws:lambda:us-east-1:111111111111:function:hello");
    }
}
