package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.FakeExchange;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/// A request as it is sent, signed by AWS's own code.
record SignedRequest(AwsCredentialsIdentity who, SdkHttpMethod method, String target, String body) {

    static final Instant TIME = Instant.parse("2026-11-01T09:08:07Z");

    /// @param scheme AWS's SDK leaves no payload unsigned but over HTTPS
    private SdkHttpRequest request(String scheme) {
        var request = SdkHttpRequest.builder()
                .method(method)
                .uri(URI.create(scheme + "://127.0.0.1:4566" + target))
                .putHeader("X-Spaced", "  a   b  ");
        return target.equals("/")
                ? request.putHeader("X-Amz-Target", "Logs_20140328.DescribeLogGroups")
                        .build()
                : request.build();
    }

    FakeExchange header() {
        return exchange(body, false, true);
    }

    FakeExchange unsignedPayload() {
        return exchange(body, false, false);
    }

    FakeExchange presigned() {
        return exchange(body, true, true);
    }

    /// Signed with one body, sent with another.
    FakeExchange sentWith(String other) {
        return exchange(other, false, true);
    }

    private FakeExchange exchange(String sent, boolean presigned, boolean payload) {
        var signed = AwsV4HttpSigner.create()
                .sign(r -> {
                    r.identity(who)
                            .request(request(payload ? "http" : "https"))
                            .payload(() -> new ByteArrayInputStream(body.getBytes(UTF_8)))
                            .putProperty(
                                    AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, target.equals("/") ? "logs" : "lambda")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, payload)
                            .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(TIME, ZoneOffset.UTC));
                    if (presigned) {
                        r.putProperty(
                                        AwsV4FamilyHttpSigner.AUTH_LOCATION,
                                        AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                                .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(15));
                    }
                })
                .request();
        var query = signed.encodedQueryParameters().map(text -> "?" + text).orElse("");
        var exchange = new FakeExchange(signed.method().name(), signed.encodedPath() + query);
        signed.forEachHeader((name, values) -> values.forEach(value -> exchange.header(name, value)));
        return exchange.body(sent);
    }
}
