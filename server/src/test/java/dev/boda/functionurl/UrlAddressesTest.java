package dev.boda.functionurl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlAddressesTest {

    private static final String ID = "abcdefghijklmnopqrstuvwxyz012345";

    private final UrlAddresses addresses = new UrlAddresses(Set.of("boda.example"));

    private Optional<UrlAddress> of(String host, String target) {
        return addresses.of(new FakeExchange("GET", target).header("Host", host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ID + ".lambda-url.us-east-1.on.aws",
                ID + ".lambda-url.us-east-1.on.aws:443",
                ID + ".lambda-url.us-east-1.localhost.localstack.cloud:4566",
                ID + ".lambda-url.us-east-1.localhost:4566",
                ID + ".Lambda-URL.US-East-1.LocalHost:1",
                ID + ".lambda-url.us-east-1.boda.example"
            })
    void aHostNamesAUrlWhateverItsPortAndCase(String host) {
        var address = of(host, "/a/b").orElseThrow();
        assertThat(address.id()).isEqualTo(ID);
        assertThat(address.region()).contains("us-east-1");
        assertThat(address.path()).isEqualTo("/a/b");
        assertThat(address.domain()).startsWith(ID + ".lambda-url.us-east-1.").doesNotContain(":");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:4566",
                "lambda-url.us-east-1.on.aws",
                ".lambda-url.us-east-1.on.aws",
                ID + ".lambda-url.us-east-1",
                ID + ".lambda-url.on.aws",
                ID + ".lambda-url.us-east-1.on.aws.evil.example",
                ID + ".lambda-url.us-east-1.evil.example",
                "lambda.us-east-1.amazonaws.com",
                ""
            })
    void anyOtherHostNamesNone(String host) {
        assertThat(of(host, "/a/b")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'',/", "/,/", "/a%2Fb/c,/a%2Fb/c", "//x,//x"})
    void thePathFormIsStrippedOfItsPrefix(String rest, String path) {
        var address = of("127.0.0.1:4566", "/_boda/url/" + ID + rest).orElseThrow();
        assertThat(address.id()).isEqualTo(ID);
        assertThat(address.region()).isEmpty();
        assertThat(address.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_boda/url/", "/_boda/url/short/", "/_boda/health", "/_boda/url"})
    void otherPathsOfBodaAreNoUrls(String path) {
        assertThat(of("127.0.0.1:4566", path)).isEmpty();
    }

    /// Inside an environment no path is Boda's own.
    @Test
    void byItsNameOnlyAPathIsNone() {
        var exchange = new FakeExchange("GET", "/_boda/url/" + ID + "/").header("Host", "127.0.0.1");
        assertThat(addresses.byName(exchange)).isEmpty();
        assertThat(addresses.byName(UrlUnderTest.get("/_boda/url/x"))).isPresent();
    }
}
