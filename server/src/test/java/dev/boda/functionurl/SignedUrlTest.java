package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.ResourcePolicies.Statement;
import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.http.FakeExchange;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/// Who is let in under AuthType AWS_IAM: requests that AWS's SDK for Java signed.
final class SignedUrlTest {

    private static final AwsCredentialsIdentity TEST = AwsCredentialsIdentity.create("test", "test");
    private static final String MISMATCH = "{\"message\":\"The request signature we calculated does not match the"
            + " signature you provided. Check your AWS Secret Access Key and signing method. Consult the service"
            + " documentation for details.\"}";

    private final UrlUnderTest url = new UrlUnderTest();
    private AwsCredentialsIdentity who = TEST;
    private String host = UrlUnderTest.HOST;
    private String service = "lambda";
    private String region = "us-east-1";
    private Instant time = UrlUnderTest.NOW;
    private boolean presigned;

    SignedUrlTest() {
        url.authType = AuthType.AWS_IAM;
        url.policy.clear();
    }

    private FakeExchange signed(String target, String body) {
        var request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("http://" + host + target))
                .build();
        var signed = AwsV4HttpSigner.create()
                .sign(r -> {
                    r.identity(who)
                            .request(request)
                            .payload(() -> new ByteArrayInputStream(body.getBytes(UTF_8)))
                            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                            .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, true)
                            .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(time, ZoneOffset.UTC));
                    if (presigned) {
                        r.putProperty(
                                        AwsV4FamilyHttpSigner.AUTH_LOCATION,
                                        AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                                .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(10));
                    }
                })
                .request();
        var query = signed.encodedQueryParameters().map(text -> "?" + text).orElse("");
        var exchange = new FakeExchange("POST", signed.encodedPath() + query);
        signed.forEachHeader((name, values) -> values.forEach(value -> exchange.header(name, value)));
        return exchange.header("Content-Type", "text/plain").body(body);
    }

    private void assertRefused(FakeExchange exchange, String code, String body) throws Exception {
        var answer = url.answer(exchange);
        assertThat(answer.text()).startsWith(body);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo(code);
        assertThat(url.invoked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a%20b/c?d=e&d=f+g", "/caf%C3%A9"})
    void whoSignsForTheAccountNeedsNoPolicy(String target) throws Exception {
        assertThat(url.answer(signed(target, "{}")).text()).isEqualTo("hi");
        presigned = true;
        assertThat(url.answer(signed(target, "")).text()).isEqualTo("hi");
        assertThat(url.asked.getFirst().principal().name()).isEqualTo("arn:aws:iam::111111111111:root");
        assertThat(url.asked.getFirst().conditions().get())
                .containsEntry("lambda:FunctionUrlAuthType", java.util.List.of("AWS_IAM"));
    }

    @Test
    void inThePathFormTheSentPathIsSigned() throws Exception {
        host = "127.0.0.1:4566";
        var event = url.event(signed("/_boda/url/" + UrlUnderTest.ID + "/a/b", "{}"));
        assertThat(event.path("rawPath").asString()).isEqualTo("/a/b");
    }

    @Test
    void theEventSaysWhoSigned() throws Exception {
        var iam = url.event(signed("/", "{}"))
                .path("requestContext")
                .path("authorizer")
                .path("iam");
        assertThat(iam.toString())
                .isEqualTo("{\"accessKey\":\"test\",\"accountId\":\"111111111111\",\"callerId\":\"111111111111\","
                        + "\"cognitoIdentity\":null,\"principalOrgId\":null,"
                        + "\"userArn\":\"arn:aws:iam::111111111111:root\",\"userId\":\"111111111111\"}");
        assertThat(url.event(signed("/", "{}"))
                        .path("requestContext")
                        .path("accountId")
                        .asString())
                .isEqualTo("111111111111");
    }

    @Test
    void aRoleSigns() throws Exception {
        var credentials = url.issued.issue("111111111111", "arn:aws:iam::111111111111:role/x/worker", "hello");
        who = AwsSessionCredentialsIdentity.create(
                credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
        var iam = url.event(signed("/", "{}"))
                .path("requestContext")
                .path("authorizer")
                .path("iam");
        assertThat(iam.path("userArn").asString()).isEqualTo("arn:aws:sts::111111111111:assumed-role/worker/hello");
        assertThat(iam.path("userId").asString()).isEqualTo("worker:hello");
    }

    @Test
    void anotherAccountNeedsBothPermissions() throws Exception {
        var credentials = url.issued.issue("222222222222", "arn:aws:iam::222222222222:role/worker", "hello");
        who = AwsSessionCredentialsIdentity.create(
                credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
        var principal = Map.of("AWS", "arn:aws:iam::222222222222:root");
        assertRefused(signed("/", "{}"), "AccessDeniedException", "{\"Message\":\"Forbidden. For troubleshooting");
        url.policy.add(new Statement("lambda:InvokeFunctionUrl", principal, Map.of()));
        assertRefused(signed("/", "{}"), "AccessDeniedException", "{\"Message\":\"Forbidden. For troubleshooting");
        url.policy.add(new Statement("lambda:InvokeFunction", principal, UrlUnderTest.VIA_URL));
        assertThat(url.answer(signed("/", "{}")).text()).isEqualTo("hi");
    }

    @Test
    void whoDoesNotSignIsForbidden() throws Exception {
        var forbidden = "{\"Message\":\"Forbidden. For troubleshooting Function URL authorization issues, see:"
                + " https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html\"}";
        assertRefused(UrlUnderTest.get("/"), "AccessDeniedException", forbidden);
        assertRefused(UrlUnderTest.get("/").header("Authorization", "Bearer x"), "AccessDeniedException", forbidden);
    }

    @Test
    void anUnknownKeyIsRefused() throws Exception {
        who = AwsCredentialsIdentity.create("AKIANOBODY", "x");
        assertRefused(
                signed("/", "{}"),
                "UnrecognizedClientException",
                "{\"message\":\"The security token included in the request is invalid.\"}");
    }

    @Test
    void aWrongSecretABodyAPathOrAQueryOfAnotherRequestIsRefused() throws Exception {
        who = AwsCredentialsIdentity.create("test", "wrong");
        assertRefused(signed("/", "{}"), "InvalidSignatureException", MISMATCH);
        who = TEST;
        assertRefused(signed("/", "{}").body("{} "), "InvalidSignatureException", MISMATCH);
        assertRefused(moved(signed("/a", "{}"), "/b"), "InvalidSignatureException", MISMATCH);
        assertRefused(moved(signed("/a?c=d", "{}"), "/a?c=e"), "InvalidSignatureException", MISMATCH);
    }

    private static FakeExchange moved(FakeExchange signed, String target) {
        var other = new FakeExchange("POST", target).body("{}");
        signed.headers().forEach(other::header);
        return other;
    }

    @Test
    void whatIsTooOldIsRefused() throws Exception {
        time = UrlUnderTest.NOW.minus(Duration.ofMinutes(6));
        assertRefused(signed("/", "{}"), "InvalidSignatureException", "{\"message\":\"Signature expired: ");
        time = UrlUnderTest.NOW.minus(Duration.ofMinutes(11));
        presigned = true;
        assertRefused(signed("/", ""), "InvalidSignatureException", "{\"message\":\"Signature expired: ");
    }

    @Test
    void anotherScopeIsRefused() throws Exception {
        service = "execute-api";
        assertRefused(
                signed("/", "{}"),
                "InvalidSignatureException",
                "{\"message\":\"Credential should be scoped to correct service: 'lambda'.");
        service = "lambda";
        region = "eu-west-1";
        assertRefused(
                signed("/", "{}"),
                "InvalidSignatureException",
                "{\"message\":\"Credential should be scoped to a valid region, not 'eu-west-1'.");
    }
}
