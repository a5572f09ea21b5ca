package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.InsideUnderTest.Environment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/// Environments with a network of their own, and clients at the sockets inside.
abstract class InsideFixture {

    static final String GET_FUNCTION = "/2015-03-31/functions/hello";

    InsideUnderTest inside;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void startInside() throws IOException {
        inside = new InsideUnderTest(false);
        inside.open();
    }

    @AfterEach
    void stopInside() {
        client.close();
        inside.close();
    }

    /// The environment of a function that has just been called and has not begun to answer.
    Environment environmentOf(String function) throws Exception {
        CompletableFuture<String> _ = inside.invoke(function);
        return inside.environment();
    }

    static AwsSessionCredentialsIdentity keys(Environment environment) {
        return AwsSessionCredentialsIdentity.create(
                environment.variable("AWS_ACCESS_KEY_ID"),
                environment.variable("AWS_SECRET_ACCESS_KEY"),
                environment.variable("AWS_SESSION_TOKEN"));
    }

    HttpResponse<String> signed(InetSocketAddress to, AwsCredentialsIdentity who, String path) throws Exception {
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

    HttpResponse<String> unsigned(InetSocketAddress to, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.getPort() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(100_000);
        }
    }
}
