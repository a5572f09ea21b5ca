package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.http.RawClient;
import dev.boda.names.Asked;
import dev.boda.sandbox.InsideSockets;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What processes inside an environment with a network of its own meet at its sockets, and for how long.
final class InsideServingTest extends InsideFixture {

    private static final String NEXT = "/2018-06-01/runtime/invocation/next";

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
