package dev.boda.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The server against real sockets: what a well-behaved client meets.
class HttpServerTest {

    private static final int LIMIT = 6 * 1024 * 1024;

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static void echo(HttpExchange exchange) throws IOException {
        exchange.respond(200, HttpHeaders.of("Content-Type", "text/plain"), exchange.readBody(LIMIT));
    }

    private static void text(HttpExchange exchange, String text) throws IOException {
        exchange.respond(200, HttpHeaders.EMPTY, text.getBytes(UTF_8));
    }

    private static String post(String body) {
        return "POST /path HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void aConnectionServesOneRequestAfterTheOther() throws IOException {
        try (var client = new RawClient(server.serve(HttpServerTest::echo))) {
            assertThat(client.send(post("one")).answer().text()).isEqualTo("one");
            assertThat(client.send(post("two")).answer().text()).isEqualTo("two");
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInOrder() throws IOException {
        var served = new AtomicInteger();
        var address = server.serve(exchange -> text(exchange, exchange.rawPath() + " " + served.getAndIncrement()));
        try (var client = new RawClient(address)) {
            var ahead = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                ahead.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            client.send(ahead.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.answer().text()).isEqualTo("/" + i + " " + i);
            }
        }
    }

    @Test
    void aRequestSentAheadWaitsForTheAnswerBeforeIt() throws Exception {
        var release = new CountDownLatch(1);
        var started = new AtomicInteger();
        var address = server.serve(exchange -> {
            started.incrementAndGet();
            assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
            text(exchange, exchange.rawPath());
        });
        try (var client = new RawClient(address)) {
            client.send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
            Await.until("the first request is handled", () -> started.get() == 1);
            release.countDown();
            assertThat(client.answer().text()).isEqualTo("/a");
            assertThat(client.answer().text()).isEqualTo("/b");
        }
    }

    @Test
    void pathAndQueryComeAsSent() throws IOException {
        var address = server.serve(exchange -> text(exchange, exchange.rawPath() + "|" + exchange.rawQuery()));
        try (var client = new RawClient(address)) {
            assertThat(client.send("GET /a%2Fb/c?x=%20&y HTTP/1.1\r\n\r\n")
                            .answer()
                            .text())
                    .isEqualTo("/a%2Fb/c|x=%20&y");
            assertThat(client.send("GET http://host:80/p?q HTTP/1.1\r\n\r\n")
                            .answer()
                            .text())
                    .isEqualTo("/p|q");
            assertThat(client.send("GET http://host HTTP/1.1\r\n\r\n").answer().text())
                    .isEqualTo("/|");
        }
    }

    @Test
    void headersAreFoundWithoutRegardToCaseAndInOrder() throws IOException {
        var address = server.serve(exchange -> text(
                exchange,
                exchange.headers().first("x-one").orElse("none")
                        + exchange.headers().all("X-ONE")));
        try (var client = new RawClient(address)) {
            assertThat(client.send("GET / HTTP/1.1\r\nX-One: a\r\nx-one: b\r\n\r\n")
                            .answer()
                            .text())
                    .isEqualTo("a[a, b]");
        }
    }

    @Test
    void aChunkedBodyBringsItsTrailers() throws IOException {
        var address = server.serve(exchange -> {
            var before = exchange.trailers().first("X-Error");
            var body = new String(exchange.body().readAllBytes(), UTF_8);
            text(
                    exchange,
                    before + " " + body + " "
                            + exchange.trailers().first("x-error").orElseThrow());
        });
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: X-Error\r\n\r\n");
            client.send("3\r\nabc\r\n").send("2\r\nde\r\n").send("0\r\nX-Error: broken\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("Optional.empty abcde broken");
        }
    }

    @Test
    void aBodyArrivesWhileItIsSent() throws IOException {
        var first = new CountDownLatch(1);
        var address = server.serve(exchange -> {
            var body = exchange.body();
            int one = body.read();
            first.countDown();
            text(exchange, (char) one + new String(body.readAllBytes(), UTF_8));
        });
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
            Await.until("the first byte is read", () -> first.getCount() == 0);
            client.send("1\r\nb\r\n0\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("ab");
        }
    }

    @Test
    void bodiesOfAllSizesSurviveTheRoundTrip() throws Exception {
        var uri = uri(server.serve(HttpServerTest::echo));
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int size : List.of(0, 1, 8191, 16 * 1024, 16 * 1024 + 1, 65_536, 1_048_577, LIMIT)) {
                var sent = new byte[size];
                new java.util.Random(size).nextBytes(sent);
                for (var publisher : List.of(
                        HttpRequest.BodyPublishers.ofByteArray(sent),
                        HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(sent)))) {
                    var answer = client.send(
                            HttpRequest.newBuilder(uri).POST(publisher).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo(sent);
                }
            }
        }
    }

    private static URI uri(InetSocketAddress address) {
        return URI.create("http://127.0.0.1:" + address.getPort() + "/");
    }

    @Test
    void aClientThatAsksIsToldToGoOn() throws IOException {
        try (var client = new RawClient(server.serve(HttpServerTest::echo))) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(100);
            assertThat(client.send("hi").answer().text()).isEqualTo("hi");
            assertThat(client.send(post("again")).answer().text()).isEqualTo("again");
        }
    }

    @Test
    void aClientThatAsksIsRefusedBeforeItSendsItsBody() throws IOException {
        var address = server.serve(exchange -> exchange.respond(403, HttpHeaders.EMPTY, new byte[0]));
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            var answer = client.answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.has("Connection: close")).isTrue();
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void headIsAnsweredWithoutABody() throws IOException {
        try (var client = new RawClient(server.serve(exchange -> text(exchange, "twelve bytes")))) {
            var answer = client.send("HEAD / HTTP/1.1\r\n\r\n").answerToHead();
            assertThat(answer.has("Content-Length: 12")).isTrue();
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().text()).isEqualTo("twelve bytes");
        }
    }

    @Test
    void noContentHasNoLength() throws IOException {
        try (var client =
                new RawClient(server.serve(exchange -> exchange.respond(204, HttpHeaders.EMPTY, new byte[0])))) {
            var answer = client.send("GET / HTTP/1.1\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.headerLines()).isEmpty();
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(204);
        }
    }

    @Test
    void anAnswerInPiecesIsSentPieceByPiece() throws IOException {
        var release = new CountDownLatch(1);
        var address = server.serve(exchange -> {
            try (var out = exchange.respondInPieces(200, HttpHeaders.EMPTY)) {
                out.write("first".getBytes(UTF_8));
                assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
                out.write("second".getBytes(UTF_8));
            }
        });
        try (var client = new RawClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            var beginning = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";
            assertThat(new String(client.read(beginning.length()), UTF_8)).isEqualTo(beginning);
            release.countDown();
            var rest = "6\r\nsecond\r\n0\r\n\r\n";
            assertThat(new String(client.read(rest.length()), UTF_8)).isEqualTo(rest);
            client.send("HEAD / HTTP/1.1\r\n\r\n");
            assertThat(client.answerToHead().status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerInPiecesOfKnownLengthIsSentBare() throws IOException {
        var address = server.serve(exchange -> {
            try (var out = exchange.respondInPieces(200, HttpHeaders.of("Content-Length", "200000"))) {
                out.write(new byte[150_000]);
                out.write(new byte[50_000]);
            }
        });
        try (var client = new RawClient(address)) {
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().body()).hasSize(200_000);
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().body()).hasSize(200_000);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsSeenAsSuch() throws IOException {
        var address = server.serve(exchange -> {
            var out = exchange.respondInPieces(200, HttpHeaders.EMPTY);
            out.write(1);
            exchange.abort();
        });
        try (var client = new RawClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
        }
    }

    @Test
    void oldClientsGetAnAnswerThatEndsWithTheConnection() throws IOException {
        var address = server.serve(exchange -> {
            try (var out = exchange.respondInPieces(200, HttpHeaders.EMPTY)) {
                out.write("until the end".getBytes(UTF_8));
            }
        });
        try (var client = new RawClient(address)) {
            var answer = client.send("GET / HTTP/1.0\r\n\r\n").answer();
            assertThat(answer.text()).isEqualTo("until the end");
        }
    }

    @Test
    void aClientThatWantsTheConnectionClosedGetsThat() throws IOException {
        try (var client = new RawClient(server.serve(exchange -> text(exchange, "bye")))) {
            var answer =
                    client.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").answer();
            assertThat(answer.has("Connection: close")).isTrue();
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void aThousandParkedRequestsNeedNoThreads() throws Exception {
        var release = new CountDownLatch(1);
        var parked = new AtomicInteger();
        var address = server.serve(exchange -> {
            parked.incrementAndGet();
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            text(exchange, "released");
        });
        int before = java.lang.management.ManagementFactory.getThreadMXBean().getThreadCount();
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 1_000; i++) {
                clients.add(new RawClient(address).send("GET / HTTP/1.1\r\n\r\n"));
            }
            Await.until("all are parked", () -> parked.get() == 1_000);
            assertThat(java.lang.management.ManagementFactory.getThreadMXBean().getThreadCount())
                    .isLessThan(before + 20);
            release.countDown();
            for (var client : clients) {
                assertThat(client.answer().text()).isEqualTo("released");
            }
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aBrokenHandlerIsABareServerError() throws IOException {
        var address = server.serve(exchange -> {
            throw new IllegalStateException("broken on purpose, by a test");
        });
        try (var client = new RawClient(address)) {
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(500);
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(500);
        }
    }

    @Test
    void aHeaderCannotBreakOutOfItsLine() {
        assertThatThrownBy(() -> HttpHeaders.of("X", "a\r\nSet-Cookie: b"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpHeaders.of("X\r\nY", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThat(HttpHeaders.of("X", "\u00e9\t").first("x")).contains("\u00e9\t");
    }
}
