package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.InsideUnderTest.Environment;
import dev.boda.access.AccessRequest;
import dev.boda.http.RawClient;
import dev.boda.names.Asked;
import dev.boda.sandbox.InsideSockets;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

/// What processes inside an environment with a network of its own meet at its sockets.
final class InsideServingTest {

    private static final String GET_FUNCTION = "/2015-03-31/functions/hello";
    private static final String NEXT = "/2018-06-01/runtime/invocation/next";

    private final HttpClient client = HttpClient.newHttpClient();

    @RegisterExtension
    private final LoggedLines requests = LoggedLines.of("requests");

    private InsideUnderTest inside;

    @BeforeEach
    void start() throws IOException {
        inside = new InsideUnderTest(false);
        inside.open();
    }

    @AfterEach
    void stop() {
        client.close();
        inside.close();
    }

    /// The environment of a function that has just been called and has not begun to answer.
    private Environment environmentOf(String function) throws Exception {
        CompletableFuture<String> _ = inside.invoke(function);
        return inside.environment();
    }

    private static AwsSessionCredentialsIdentity keys(Environment environment) {
        return AwsSessionCredentialsIdentity.create(
                environment.variable("AWS_ACCESS_KEY_ID"),
                environment.variable("AWS_SECRET_ACCESS_KEY"),
                environment.variable("AWS_SESSION_TOKEN"));
    }

    private HttpResponse<String> signed(InetSocketAddress to, AwsCredentialsIdentity who, String path)
            throws Exception {
        var uri = URI.create("http://127.0.0.1:" + to.getPort() + path);
        var signed = AwsV4HttpSigner.create()
                .sign(r -> r.identity(who)
                        .request(SdkHttpRequest.builder()
                                .method(SdkHttpMethod.GET)
                                .uri(uri)
                                .build())
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "lambda")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                .request();
        var request = HttpRequest.newBuilder(uri);
        signed.forEachHeader((name, values) -> {
            if (!name.equals("Host")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

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

    private HttpResponse<String> unsigned(InetSocketAddress to, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.getPort() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private AccessRequest lastAsked() {
        return inside.asked.getLast();
    }

    private static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(100_000);
        }
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

    @Test
    void eachRuntimeFindsItsOwnWorkAtItsOwnSocket() throws Exception {
        var first = inside.invoke("one");
        var one = inside.environment();
        var second = inside.invoke("two");
        var two = inside.environment();

        for (var environment : List.of(two, one)) {
            try (var runtime = new RawClient(environment.runtimeApi())) {
                var event = runtime.send("GET " + NEXT + " HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n")
                        .answer();
                var id = event.headerLines().stream()
                        .filter(line -> line.startsWith("Lambda-Runtime-Aws-Request-Id: "))
                        .map(line -> line.substring(line.indexOf(' ') + 1))
                        .findFirst()
                        .orElseThrow();
                var body = event.text() + " done";
                assertThat(runtime.send("POST /2018-06-01/runtime/invocation/" + id
                                        + "/response HTTP/1.1\r\nHost: 127.0.0.1:9001\r\nContent-Length: "
                                        + body.length() + "\r\n\r\n" + body)
                                .answer()
                                .status())
                        .isEqualTo(202);
            }
        }

        assertThat(first.join()).isEqualTo("one done");
        assertThat(second.join()).isEqualTo("two done");
    }

    @Test
    void aRuntimeThatIsQuickerThanTheServerWaitsInTheSocketsQueue() throws Exception {
        var early = new ArrayList<RawClient>();
        inside.beforeTaken(sockets -> {
            try {
                early.add(new RawClient((InetSocketAddress) sockets.runtimeApi().getLocalAddress())
                        .send("GET " + NEXT + " HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n"));
                return sockets;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        environmentOf("hello");

        try (var runtime = early.getFirst()) {
            assertThat(runtime.answer().text()).isEqualTo("hello");
        }
    }

    @Test
    void anEnvironmentsConnectionsAreBoundedAndOthersAreServed() throws Exception {
        var flooding = environmentOf("flooding");
        var other = environmentOf("other");
        var open = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 4 * InsideUnderTest.CONNECTIONS; i++) {
                open.add(
                        new RawClient(flooding.aws()).send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"));
            }

            eventually(
                    "as many as may be are accepted",
                    () -> inside.http.connections(flooding.aws()) >= InsideUnderTest.CONNECTIONS);
            assertThat(inside.http.connections(flooding.aws())).isLessThanOrEqualTo(InsideUnderTest.CONNECTIONS + 1);
            assertThat(signed(other.aws(), keys(other), GET_FUNCTION).statusCode())
                    .isEqualTo(200);
        } finally {
            for (var each : open) {
                each.close();
            }
        }
    }

    @Test
    void nothingIsServedAnyMoreWhenTheEnvironmentHasEnded() throws Exception {
        var environment = environmentOf("hello");
        assertThat(signed(environment.aws(), keys(environment), GET_FUNCTION).statusCode())
                .isEqualTo(200);

        inside.pool.end(List.of("version of hello"));

        for (var address : List.of(environment.runtimeApi(), environment.aws())) {
            assertThatThrownBy(() -> new RawClient(address).close()).isInstanceOf(ConnectException.class);
        }
        try (var names = new Asked(environment.names(), 300)) {
            assertThatThrownBy(() -> names.ask("localhost", Asked.A)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatCannotBeServedWholeIsNotServedAtAll() throws Exception {
        var given = new ArrayList<InsideSockets>();
        inside.beforeTaken(sockets -> {
            try {
                sockets.aws().close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            given.add(sockets);
            return sockets;
        });

        assertThatThrownBy(() -> inside.invoke("hello").join())
                .hasMessageContaining("No execution environment for arn:aws:lambda");

        var environment = inside.environment();
        assertThat(given.getFirst().runtimeApi().isOpen()).isFalse();
        assertThat(given.getFirst().names().isOpen()).isFalse();
        assertThatThrownBy(() -> new RawClient(environment.runtimeApi()).close())
                .isInstanceOf(ConnectException.class);
        eventually("the environment is gone", () -> inside.pool.open() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNameOfAwsThatDoesNotExistInsideIsSaidInTheFunctionsLogOnce(boolean egress) throws Exception {
        try (var its = new InsideUnderTest(egress)) {
            CompletableFuture<String> _ = its.invoke("hello");
            var environment = its.environment();
            try (var resolver = new Asked(environment.names(), 10_000)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(resolver.ask("sqs.us-east-1.amazonaws.com", Asked.A)
                                    .code())
                            .isEqualTo(3);
                    assertThat(resolver.ask("sqs.us-east-1.amazonaws.com", Asked.AAAA)
                                    .code())
                            .isEqualTo(3);
                }
                assertThat(resolver.ask(InsideSockets.HOST_NAME, Asked.A).address())
                        .isEqualTo(new byte[] {127, 0, 0, 1});
            }

            eventually(
                    "the function's log says it", () -> its.log.stream().anyMatch(line -> line.startsWith("[boda] ")));
            var said =
                    its.log.stream().filter(line -> line.startsWith("[boda] ")).toList();
            assertThat(said).hasSize(1);
            assertThat(said.getFirst())
                    .contains("sqs.us-east-1.amazonaws.com", "too old for AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
                    .endsWith("\n");
            assertThat(said.getFirst().contains("--allow-aws")).isEqualTo(egress);
        }
    }
}
