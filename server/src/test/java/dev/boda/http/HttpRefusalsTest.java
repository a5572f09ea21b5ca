package dev.boda.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a handler hears of clients that are turned away without it.
class HttpRefusalsTest {

    private static final int MEGABYTE = 1024 * 1024;
    private static final String GET = "GET / HTTP/1.1\r\n\r\n";

    private final TestServer server = new TestServer();
    private final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();

    /// Answers 48 MB, and notes what it has not been asked.
    private final HttpHandler noting = new HttpHandler() {
        @Override
        public void handle(HttpExchange exchange) throws Exception {
            exchange.respond(200, HttpHeaders.EMPTY, new byte[48 * MEGABYTE]);
        }

        @Override
        public HttpHeaders refused(Refusal refusal) {
            refusals.add(refusal);
            return HttpHeaders.of("x-amzn-RequestId", "7");
        }
    };

    @AfterEach
    void stop() {
        server.close();
    }

    private Refusal refusal() throws InterruptedException {
        var refusal = refusals.poll(10, TimeUnit.SECONDS);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private InetSocketAddress serve(Consumer<HttpLimits.Draft> limits) throws IOException {
        return server.serve(noting, limits);
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_HTTP, '\u0001\u0002'",
        "TLS, '\u0016\u0003\u0001\u0002'",
        "MALFORMED, 'nonsense\r\n\r\n'",
        "MALFORMED, 'POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n'",
        "SLOW_HEAD, 'GET / HT'",
        "LINE_TOO_LONG, 'GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\n\r\n'",
        "HEADERS_TOO_LARGE, 'GET / HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n'",
        "NOT_SERVED, 'CONNECT host:1 HTTP/1.1\r\n\r\n'",
        "HTTP_VERSION, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'"
    })
    void whatNeverBecameARequestIsToldAndAnsweredWithWhatTheHandlerAdds(Refusal.Reason reason, String sent)
            throws Exception {
        var address = serve(its -> {
            its.requestLineBytes = 64;
            its.headerBytes = 64;
            its.head = Duration.ofMillis(100);
        });
        try (var client = new RawClient(address)) {
            var answer = client.send(sent).answer();
            assertThat(answer.status()).isEqualTo(reason.status());
            assertThat(answer.has("x-amzn-RequestId: 7")).isTrue();
            assertThat(client.endsCleanly()).isTrue();
            var told = refusal();
            assertThat(told.reason()).isEqualTo(reason);
            assertThat(told.client().getAddress().isLoopbackAddress()).isTrue();
            assertThat(told.sentence()).isNotBlank();
        }
        assertThat(refusals).isEmpty();
    }

    @Test
    void whoMakesRoomIsTold() throws Exception {
        var address = serve(its -> its.connections = 2);
        var clients = new ArrayList<RawClient>();
        for (int i = 0; i < 3; i++) {
            clients.add(new RawClient(address));
        }
        assertThat(clients.getFirst().endsCleanly()).isTrue();
        assertThat(refusal().reason()).isEqualTo(Refusal.Reason.NO_ROOM);
        for (var client : clients) {
            client.close();
        }
    }

    @Test
    void whoDoesNotReadItsAnswerIsTold() throws Exception {
        for (var limits : List.<Consumer<HttpLimits.Draft>>of(
                its -> its.answerPause = Duration.ofMillis(200), its -> its.answerMemoryBytes = MEGABYTE)) {
            try (var client = new RawClient(serve(limits))) {
                client.send(GET);
                assertThat(refusal().reason()).isEqualTo(Refusal.Reason.ANSWER_UNREAD);
            }
        }
        assertThat(refusals).isEmpty();
    }

    @Test
    void whatIsServedIsNoRefusal() throws Exception {
        try (var client = new RawClient(serve(its -> its.idle = Duration.ofMillis(50)))) {
            assertThat(client.send(GET).answer().status()).isEqualTo(200);
            assertThat(client.endsCleanly()).isTrue();
        }
        assertThat(refusals).isEmpty();
    }

    @Test
    void aHandlerThatFailsOnARefusalChangesNothingForTheClient() throws IOException {
        var address = server.serve(new HttpHandler() {
            @Override
            public void handle(HttpExchange exchange) {}

            @Override
            public HttpHeaders refused(Refusal refusal) {
                throw new IllegalStateException("broken");
            }
        });
        try (var client = new RawClient(address)) {
            assertThat(client.send("nonsense\r\n\r\n").answer().status()).isEqualTo(400);
            assertThat(client.endsCleanly()).isTrue();
        }
    }
}
