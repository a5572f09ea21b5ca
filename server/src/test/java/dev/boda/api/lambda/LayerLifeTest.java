package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ACCOUNT;
import static dev.boda.api.lambda.LambdaUnderTest.FUNCTIONS;
import static dev.boda.api.lambda.LambdaUnderTest.function;
import static dev.boda.api.lambda.LayersUnderTest.LAYERS;
import static dev.boda.api.lambda.LayersUnderTest.LAYER_ARN;
import static dev.boda.api.lambda.LayersUnderTest.OTHER_ACCOUNT;
import static dev.boda.api.lambda.Refusals.assertGateRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import dev.boda.http.FakeExchange.Answered;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Layer versions as AWS answers them, and functions that have them.
final class LayerLifeTest {

    private LambdaUnderTest lambda;
    private LayersUnderTest layers;

    @TempDir
    Path folder;

    @BeforeEach
    void open() {
        lambda = new LambdaUnderTest(folder);
        layers = new LayersUnderTest(lambda);
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    private static List<Long> numbers(Answered listing) {
        return listing.json()
                .get("LayerVersions")
                .valueStream()
                .map(version -> version.get("Version").asLong())
                .toList();
    }

    private static List<String> names(Answered listing) {
        return listing.json()
                .get("Layers")
                .valueStream()
                .map(layer -> layer.get("LayerName").asString() + ":"
                        + layer.get("LatestMatchingVersion").get("Version").asLong())
                .toList();
    }

    @Test
    void aPublishedVersionIsAnsweredWithWhatWasSaidOfItAndNoMore() {
        var plain = layers.publish("plain").json();
        assertThat(plain.propertyNames())
                .containsExactlyInAnyOrder(
                        "Content", "LayerArn", "LayerVersionArn", "Description", "CreatedDate", "Version");
        assertThat(plain.get("Description").asString()).isEmpty();
        assertThat(plain.get("CreatedDate").asString()).isEqualTo("2026-11-21T09:40:00.123+0000");
        assertThat(plain.get("LayerArn").asString()).isEqualTo(LAYER_ARN + "plain");
        assertThat(plain.get("LayerVersionArn").asString()).isEqualTo(LAYER_ARN + "plain:1");
        assertThat(plain.get("Content").propertyNames())
                .containsExactlyInAnyOrder("Location", "CodeSha256", "CodeSize");

        var whole = layers.publish(
                        "whole",
                        "Description",
                        "what it is",
                        "LicenseInfo",
                        "MIT",
                        "CompatibleRuntimes",
                        List.of(),
                        "CompatibleArchitectures",
                        List.of("arm64", "x86_64"))
                .json();
        assertThat(whole.get("CompatibleRuntimes")).isEmpty();
        assertThat(whole.get("CompatibleArchitectures").toString()).isEqualTo("[\"arm64\",\"x86_64\"]");
        assertThat(whole.get("LicenseInfo").asString()).isEqualTo("MIT");

        var read = lambda.get(LAYERS + "whole/versions/1").json();
        var byArn = lambda.get("/2018-10-31/layers?find=LayerVersion&Arn=" + LAYER_ARN + "whole:1")
                .json();
        assertThat(read.get("Description")).isEqualTo(whole.get("Description"));
        assertThat(byArn).isEqualTo(read);
    }

    @Test
    void aPackageIsDownloadedWhereItsContentIs() {
        var content = layers.publish("l").json().get("Content");
        var location = content.get("Location").asString();
        assertThat(location).startsWith("http://localhost:4566/_boda/code/");
        var zip =
                lambda.get(location.substring("http://localhost:4566".length())).body();
        assertThat(zip).hasSize(content.get("CodeSize").asInt());
    }

    @Test
    void aNumberIsNeverGivenTwiceAlsoAfterARestart() {
        layers.published("l");
        layers.published("l");
        assertThat(lambda.delete(LAYERS + "l/versions/2").status()).isEqualTo(204);
        assertThat(lambda.delete(LAYERS + "l/versions/2").status()).isEqualTo(204);
        assertThat(numbers(lambda.get(LAYERS + "l/versions"))).containsExactly(1L);

        lambda.close();
        open();
        assertThat(layers.published("l")).endsWith(":3");
        assertThat(numbers(lambda.get(LAYERS + "l/versions"))).containsExactly(3L, 1L);
    }

    @Test
    void listingsAreFilteredAndPaged() {
        layers.published("a", "CompatibleRuntimes", List.of("python3.12"), "CompatibleArchitectures", List.of("arm64"));
        layers.published("a", "CompatibleRuntimes", List.of("nodejs22.x"));
        layers.published("b");
        layers.published("c", "CompatibleRuntimes", List.of("python3.12"));

        assertThat(names(lambda.get("/2018-10-31/layers"))).containsExactly("a:2", "b:1", "c:1");
        assertThat(names(lambda.get("/2018-10-31/layers?CompatibleRuntime=python3.12")))
                .containsExactly("a:1", "c:1");
        assertThat(names(lambda.get("/2018-10-31/layers?CompatibleArchitecture=x86_64")))
                .isEmpty();

        var first = lambda.get("/2018-10-31/layers?MaxItems=2");
        assertThat(names(first)).containsExactly("a:2", "b:1");
        var marker = first.json().get("NextMarker").asString();
        var second = lambda.get("/2018-10-31/layers?MaxItems=2&Marker=" + marker);
        assertThat(names(second)).containsExactly("c:1");
        assertThat(second.json().has("NextMarker")).isFalse();

        var newest = lambda.get(LAYERS + "a/versions?MaxItems=1");
        assertThat(numbers(newest)).containsExactly(2L);
        var older = newest.json().get("NextMarker").asString();
        assertThat(numbers(lambda.get(LAYERS + "a/versions?MaxItems=1&Marker=" + older)))
                .containsExactly(1L);
        assertThat(numbers(lambda.get(LAYERS + "nothing/versions"))).isEmpty();
    }

    @Test
    void aFunctionKeepsALayerThatIsDeletedAndLetsItGo() {
        var arn = layers.published("l");
        lambda.create(function("f", "Layers", List.of(arn)));
        lambda.settle();
        lambda.delete(LAYERS + "l/versions/1");

        var configuration = lambda.get(FUNCTIONS + "f/configuration").json();
        assertThat(configuration.get("Layers")).hasSize(1);
        assertThat(configuration.get("Layers").get(0).propertyNames()).containsExactlyInAnyOrder("Arn", "CodeSize");
        assertThat(configuration.get("Layers").get(0).get("Arn").asString()).isEqualTo(arn);

        lambda.put(FUNCTIONS + "f/configuration", Map.of("Timeout", 5));
        lambda.settle();
        assertThat(lambda.get(FUNCTIONS + "f/configuration").json().get("Layers"))
                .hasSize(1);

        lambda.put(FUNCTIONS + "f/configuration", Map.of("Layers", List.of()));
        lambda.settle();
        assertThat(lambda.get(FUNCTIONS + "f/configuration").json().has("Layers"))
                .isFalse();
    }

    @Test
    void anotherAccountReadsWhatIsPermittedToIt() {
        var arn = layers.published("l");
        var byArn = "/2018-10-31/layers?find=LayerVersion&Arn=" + arn;
        assertGateRefused(
                lambda.send(new FakeExchange("GET", byArn), OTHER_ACCOUNT),
                403,
                "AccessDeniedException",
                "User: arn:aws:iam::" + OTHER_ACCOUNT
                        + ":root is not authorized to perform: lambda:GetLayerVersion on resource: " + arn
                        + " because no resource-based policy allows the lambda:GetLayerVersion action");

        layers.permit("l", 1, "own", ACCOUNT);
        assertThat(lambda.send(new FakeExchange("GET", byArn), OTHER_ACCOUNT).status())
                .isEqualTo(403);
        layers.permit("l", 1, "other", OTHER_ACCOUNT);
        assertThat(lambda.send(new FakeExchange("GET", byArn), OTHER_ACCOUNT).status())
                .isEqualTo(200);
    }
}
