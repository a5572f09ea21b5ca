package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.function.EventInvokeConfigs.Wish;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Configs of functions, versions and aliases, kept with them.
final class EventInvokeConfigsTest extends CatalogOverStore {

    private static final FunctionReference VERSION = reference("1");
    private static final FunctionReference ALIAS = reference("live");
    private static final FunctionName OTHER = new FunctionName(HELLO.account(), HELLO.region(), "other");

    private EventInvokeConfigs configs;

    private static FunctionReference reference(String qualifier) {
        return new FunctionReference(HELLO, Optional.of(new Qualifier(qualifier)));
    }

    @BeforeEach
    void makeFunction() throws InterruptedException {
        ready();
        catalog.change(HELLO, whole -> whole.published(Optional.empty(), STAMPS));
        new Aliases(catalog)
                .create(HELLO, "live", new Aliases.Wish(Optional.of("1"), Optional.empty(), Optional.of(Map.of())));
        create(OTHER, SETTINGS, CODE);
        configs = new EventInvokeConfigs(catalog);
    }

    private static Wish retries(int attempts) {
        return new Wish(Optional.of(attempts), Optional.empty(), Optional.empty());
    }

    private static Wish age(int seconds) {
        return new Wish(Optional.empty(), Optional.of(seconds), Optional.empty());
    }

    private static Wish sent(Optional<String> onSuccess, Optional<String> onFailure) {
        return new Wish(Optional.empty(), Optional.empty(), Optional.of(new EventDestinations(onSuccess, onFailure)));
    }

    private Optional<Integer> retriesOf(FunctionReference reference) {
        return configs.find(reference).flatMap(EventInvokeConfig::maximumRetryAttempts);
    }

    private void assertRefused(FunctionReference reference, Wish wish, String sentence) {
        assertThatThrownBy(() -> configs.put(reference, wish)).hasMessage(sentence);
    }

    private void assertDestinationRefused(String arn, String sentence) {
        assertRefused(LATEST, sent(Optional.empty(), Optional.of(arn)), sentence);
    }

    @Test
    void whatWasNotSaidIsAbsentAndAwssDefaultsApply() throws InterruptedException {
        assertThat(configs.find(LATEST)).isEmpty();
        assertThat(EventInvokeConfig.DEFAULT.retryAttempts()).isEqualTo(2);
        assertThat(EventInvokeConfig.DEFAULT.eventAge()).isEqualTo(Duration.ofHours(6));
        var config = configs.put(LATEST, age(60)).config();
        assertThat(config.maximumRetryAttempts()).isEmpty();
        assertThat(config.retryAttempts()).isEqualTo(2);
        assertThat(config.eventAge()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void eachNameHasItsOwnAndNobodysElse() throws InterruptedException {
        configs.put(LATEST, retries(0));
        assertThat(configs.find(VERSION)).isEmpty();
        assertThat(configs.find(ALIAS)).isEmpty();
        configs.put(VERSION, retries(1));
        assertThat(configs.find(ALIAS)).isEmpty();
        configs.put(ALIAS, retries(2));
        assertThat(retriesOf(LATEST)).contains(0);
        assertThat(retriesOf(reference("$LATEST"))).contains(0);
        assertThat(retriesOf(VERSION)).contains(1);
        assertThat(retriesOf(ALIAS)).contains(2);
        assertThat(configs.list(HELLO))
                .extracting(EventInvokeConfigs.Kept::arn)
                .containsExactly(HELLO.arn() + ":$LATEST", HELLO.arn() + ":1", HELLO.arn() + ":live");
    }

    @Test
    void anUpdateKeepsWhatItDoesNotSayAndAPutDoesNot() throws InterruptedException {
        assertThatThrownBy(() -> configs.update(LATEST, retries(1)))
                .hasMessage("The function " + HELLO.arn() + ":$LATEST doesn't have an EventInvokeConfig");
        configs.put(LATEST, retries(1));
        var updated = configs.update(LATEST, age(60)).config();
        assertThat(updated.maximumRetryAttempts()).contains(1);
        assertThat(updated.maximumEventAgeSeconds()).contains(60);
        var sent = configs.update(LATEST, sent(Optional.of(OTHER.arn()), Optional.empty()));
        assertThat(sent.config().maximumRetryAttempts()).contains(1);
        assertThat(sent.config().destinations().onSuccess()).contains(OTHER.arn());
        var put = configs.put(LATEST, retries(0)).config();
        assertThat(put.maximumEventAgeSeconds()).isEmpty();
        assertThat(put.destinations()).isEqualTo(EventDestinations.NONE);
    }

    @Test
    void theyLastAndGoWithWhatTheyBelongTo() throws InterruptedException {
        configs.put(LATEST, retries(0));
        configs.put(VERSION, retries(1));
        configs.put(ALIAS, sent(Optional.empty(), Optional.of(OTHER.arn() + ":$LATEST")));
        var before = configs.list(HELLO);
        reopen();
        configs = new EventInvokeConfigs(catalog);
        assertThat(configs.list(HELLO)).isEqualTo(before);
        var aliases = new Aliases(catalog);
        aliases.delete(HELLO, "live");
        assertThat(configs.find(ALIAS)).isEmpty();
        aliases.create(HELLO, "live", new Aliases.Wish(Optional.of("1"), Optional.empty(), Optional.empty()));
        assertThat(configs.find(ALIAS)).isEmpty();
        catalog.change(HELLO, whole -> whole.withoutVersion(1));
        assertThat(configs.find(VERSION)).isEmpty();
        catalog.delete(HELLO);
        ready();
        assertThat(configs.find(LATEST)).isEmpty();
        assertThat(configs.list(HELLO)).isEmpty();
    }

    @Test
    void anUpdateOfTheFunctionOrTheAliasLeavesThemAlone() throws InterruptedException {
        configs.put(LATEST, retries(0));
        configs.put(ALIAS, retries(1));
        update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
        settle();
        new Aliases(catalog)
                .update(
                        HELLO,
                        "live",
                        new Aliases.Wish(Optional.of("$LATEST"), Optional.empty(), Optional.empty()),
                        Optional.empty());
        assertThat(retriesOf(LATEST)).contains(0);
        assertThat(retriesOf(ALIAS)).contains(1);
    }

    /// What was stored by servers that knew neither.
    @Test
    void aFunctionOfAnOlderServerHasNoneAndIsStoppedInLoops() {
        rewrite(document -> document.replaceAll(",\"(eventInvoke|recursiveLoop)\":(null|\"[A-Z]+\")", ""));
        reopen();
        assertThat(new EventInvokeConfigs(catalog).find(LATEST)).isEmpty();
        assertThat(new RecursiveLoops(catalog).get(HELLO)).isEqualTo(RecursiveLoop.TERMINATE);
    }

    @Test
    void revisionIdsStayAsTheyAre() throws InterruptedException {
        var before = catalog.get(LATEST).revisionId();
        configs.put(LATEST, retries(0));
        assertThat(catalog.get(LATEST).revisionId()).isEqualTo(before);
    }

    @Test
    void deletingIsOnce() throws InterruptedException {
        configs.put(ALIAS, retries(0));
        configs.delete(ALIAS);
        assertThat(configs.find(ALIAS)).isEmpty();
        assertThatThrownBy(() -> configs.delete(ALIAS))
                .hasMessage("The function " + HELLO.arn() + ":live doesn't have an EventInvokeConfig");
        assertThatThrownBy(() -> configs.get(reference("none")))
                .hasMessage("The function " + HELLO.arn() + ":none doesn't have an EventInvokeConfig");
    }

    @Test
    void whatIsNotThereIsNotConfigured() {
        var nothing = new Wish(Optional.empty(), Optional.empty(), Optional.empty());
        assertRefused(
                reference("none"), nothing, "You must specify at least one of error handling or destination setting.");
        assertRefused(reference("none"), retries(1), "The function doesn't exist.");
        assertRefused(reference("2"), retries(1), "The function doesn't exist.");
        assertThatThrownBy(() -> configs.update(reference("2"), retries(1))).hasMessage("The function doesn't exist.");
        assertThatThrownBy(() -> configs.list(new FunctionName(HELLO.account(), "eu-west-1", "hello")))
                .hasMessage("The function doesn't exist.");
    }

    @Test
    void aDestinationIsAnotherFunctionThatIsThere() {
        assertDestinationRefused(HELLO.arn(), "You can't specify the function as a destination for itself.");
        assertDestinationRefused(HELLO.arn() + ":1", "You can't specify the function as a destination for itself.");
        for (var arn : new String[] {
            OTHER.arn() + "s",
            OTHER.arn() + ":1",
            OTHER.arn() + ":1:2",
            OTHER.arn().replace("us-east-1", "eu-west-1"),
            OTHER.arn().replace("function:", "layer:")
        }) {
            assertDestinationRefused(arn, "The destination ARN " + arn + " is invalid.");
        }
        assertDestinationRefused(
                OTHER.arn().replace("111111111111", "222222222222"),
                "Boda does not support destinations in other accounts yet; see docs/parity.md");
    }

    @Test
    void whatIsNotBuiltIsRefusedByNameAndWhatAwsRefusesInItsWords() {
        var arns = "arn:aws:%s:us-east-1:111111111111:%s";
        assertDestinationRefused(arns.formatted("sqs", "queue"), unbuilt("SQS"));
        assertDestinationRefused(arns.formatted("sns", "topic"), unbuilt("SNS"));
        assertDestinationRefused(arns.formatted("events", "event-bus/default"), unbuilt("EventBridge"));
        assertDestinationRefused("arn:aws:s3:::bucket", unbuilt("S3"));
        for (var never : new String[] {"sqs:queue.fifo", "sns:topic.fifo", "events:rule/mine"}) {
            var parts = never.split(":", 2);
            var arn = arns.formatted(parts[0], parts[1]);
            assertDestinationRefused(arn, "The destination ARN " + arn + " is invalid.");
        }
        for (var never : new String[] {"arn:aws:iam::111111111111:role/r", "kafka://topic"}) {
            assertDestinationRefused(
                    never,
                    "The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination="
                            + never + ")) is invalid.");
        }
        assertRefused(
                LATEST,
                sent(Optional.of("arn:aws:s3:::bucket"), Optional.empty()),
                "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:s3:::bucket),"
                        + " onFailure=null) is invalid.");
    }

    private static String unbuilt(String service) {
        return "Boda does not support " + service + " destinations yet; see docs/parity.md";
    }
}
