package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.AccessRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/// What AWS's APIs and function URLs answer whom inside an environment with a network of its own.
final class InsideAwsTest extends InsideFixture {

    @RegisterExtension
    private final LoggedLines requests = LoggedLines.of("requests");

    /// The answer of a function URL to a request with its host name, which Java's client does not let be chosen.
    private static String urlSigned(InetSocketAddress to, AwsCredentialsIdentity who) throws IOException {
        var host = InsideUnderTest.URL_ID + ".lambda-url.eu-west-1.localhost:" + to.getPort();
        var signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(who)
                        .request(SdkHttpRequest.builder()
                                .method(SdkHttpMethod.GET)
                                .uri(URI.create("http://" + host + "/path"))
                                .build())
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "lambda")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1"))
                .request();
        var head = new StringBuilder("GET /path HTTP/1.1\r\nConnection: close\r\n");
        signed.forEachHeader((name, values) -> values.forEach(
                value -> head.append(name).append(": ").append(value).append("\r\n")));
        try (var socket = new Socket(to.getAddress(), to.getPort())) {
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private AccessRequest lastAsked() {
        return inside.asked.getLast();
    }

    @Test
    void aFunctionCallsAFunctionUrlByItsNameAsItsRoleAndNotByAPath() throws Exception {
        var environment = environmentOf("hello");

        assertThat(urlSigned(environment.aws(), keys(environment)))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"userArn\":\"arn:aws:sts::111111111111:assumed-role/r-hello/hello\"");
        assertThat(lastAsked().conditions().get())
                .containsEntry(
                        "lambda:SourceFunctionArn", List.of("arn:aws:lambda:us-east-1:111111111111:function:hello"));
        assertThat(urlSigned(environment.aws(), AwsCredentialsIdentity.create("test", "test")))
                .startsWith("HTTP/1.1 403 ")
                .contains("The security token included in the request is invalid.");
        assertThat(unsigned(environment.aws(), "/_boda/url/" + InsideUnderTest.URL_ID + "/")
                        .body())
                .contains("serves AWS's APIs only");
    }

    @Test
    void aFunctionCallsAwsAsItsRoleAndTheSocketTellsWhichOneItIs() throws Exception {
        var environment = environmentOf("hello");

        var answer = signed(environment.aws(), keys(environment), GET_FUNCTION);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"111111111111\"");
        assertThat(environment.variable("AWS_ENDPOINT_URL")).isEqualTo("http://127.0.0.1:4566");
        assertThat(environment.variable("AWS_LAMBDA_RUNTIME_API")).isEqualTo("127.0.0.1:9001");
        assertThat(lastAsked().action()).isEqualTo("lambda:GetFunction");
        assertThat(lastAsked().principal().name()).isEqualTo("arn:aws:sts::111111111111:assumed-role/r-hello/hello");
        assertThat(lastAsked().conditions().get())
                .containsEntry(
                        "lambda:SourceFunctionArn", List.of("arn:aws:lambda:us-east-1:111111111111:function:hello"))
                .containsEntry(
                        "boda:ExecutionEnvironment", List.of(environment.spec().name()));
    }

    @Test
    void whoseKeysAreUsedIsThePrincipalAndWhoUsesThemTheOrigin() throws Exception {
        var one = environmentOf("one");
        var two = environmentOf("two");

        assertThat(signed(two.aws(), keys(one), GET_FUNCTION).statusCode()).isEqualTo(200);

        assertThat(lastAsked().principal().name()).endsWith(":assumed-role/r-one/one");
        assertThat(lastAsked().conditions().get())
                .containsEntry("boda:ExecutionEnvironment", List.of(two.spec().name()));
    }

    @Test
    void keysThatBodaDidNotIssueToARoleAreNotKnown() throws Exception {
        var environment = environmentOf("hello");
        var own = keys(environment);
        var refused = Map.of(
                AwsCredentialsIdentity.create("test", "test"), "UnrecognizedClientException",
                AwsCredentialsIdentity.create("111111111111", "test"), "UnrecognizedClientException",
                AwsCredentialsIdentity.create("AKIAIOSFODNN7EXAMPLE", "x"), "UnrecognizedClientException",
                AwsCredentialsIdentity.create(own.accessKeyId(), own.secretAccessKey()), "UnrecognizedClientException",
                AwsSessionCredentialsIdentity.create(own.accessKeyId(), own.secretAccessKey(), "other"),
                        "UnrecognizedClientException",
                AwsSessionCredentialsIdentity.create(own.accessKeyId(), "other", own.sessionToken()),
                        "InvalidSignatureException");
        int asked = inside.asked.size();

        for (var each : refused.entrySet()) {
            var answer = signed(environment.aws(), each.getKey(), GET_FUNCTION);
            assertThat(answer.statusCode()).as(each.toString()).isEqualTo(403);
            assertThat(answer.headers().firstValue("x-amzn-ErrorType")).hasValue(each.getValue());
        }
        var nobody = unsigned(environment.aws(), GET_FUNCTION);
        assertThat(nobody.statusCode()).isEqualTo(403);
        assertThat(nobody.headers().firstValue("x-amzn-ErrorType")).hasValue("MissingAuthenticationTokenException");

        assertThat(inside.asked).as("access requests").hasSize(asked);
        assertThat(requests.all())
                .hasSize(refused.size() + 1)
                .allSatisfy(line -> assertThat(line.getKeyValuePairs())
                        .anyMatch(pair -> pair.key.equals("environment")
                                && pair.value.equals(environment.spec().name())));
    }

    @Test
    void keysEndWithTheirEnvironment() throws Exception {
        var ended = environmentOf("ended");
        var other = environmentOf("other");
        assertThat(signed(other.aws(), keys(ended), GET_FUNCTION).statusCode()).isEqualTo(200);

        inside.pool.end(List.of("version of ended"));

        assertThat(signed(other.aws(), keys(ended), GET_FUNCTION).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_boda/health",
                "/_boda/reset",
                "/_boda/code/0",
                "/_localstack/health",
                "/_boda/../_boda/health",
                "/_"
            })
    void whatIsBodasOwnIsNotServedInside(String path) throws Exception {
        var environment = environmentOf("hello");

        var nobody = unsigned(environment.aws(), path);
        var role = signed(environment.aws(), keys(environment), path);

        assertThat(List.of(nobody.statusCode(), role.statusCode())).containsOnly(403);
        assertThat(role.body()).contains("Inside an execution environment Boda serves AWS's APIs only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "//_boda/health", "/%5Fboda/health", "/x/../_boda/health"})
    void noOtherPathLeadsToItEither(String path) throws Exception {
        var environment = environmentOf("hello");

        assertThat(unsigned(environment.aws(), path).statusCode()).isIn(403, 404);
        assertThat(signed(environment.aws(), keys(environment), path).statusCode())
                .isIn(403, 404);
    }

    @Test
    void aCallBeforeTheServerIsReadyIsToBeTriedAgain() throws Exception {
        try (var starting = new InsideUnderTest(false)) {
            CompletableFuture<String> _ = starting.invoke("hello");
            var environment = starting.environment();

            var answer = signed(environment.aws(), keys(environment), GET_FUNCTION);

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("try again");
        }
    }
}
