package dev.boda.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The server against clients that want to hold it up, or to be understood in two ways.
class HttpHostileTest {

    private static final int MEGABYTE = 1024 * 1024;
    private static final String GET = "GET / HTTP/1.1\r\n\r\n";

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static void count(HttpExchange exchange) throws IOException {
        int length = exchange.readBody(6 * MEGABYTE).length;
        exchange.respond(200, HttpHeaders.EMPTY, Integer.toString(length).getBytes(UTF_8));
    }

    /// Sends, every 5 ms, one more of these bytes until the server ends the connection.
    private static void drip(RawClient client, byte[] bytes) {
        var _ = Thread.ofVirtual().start(() -> {
            try {
                for (byte one : bytes) {
                    client.send(new byte[] {one});
                    LockSupport.parkNanos(5_000_000);
                }
            } catch (IOException closed) {
                assertThat(closed).isNotNull();
            }
        });
    }

    @Test
    void aHeadThatDripsIsGivenUp() throws IOException {
        var address = server.serve(HttpHostileTest::count, its -> its.head = Duration.ofMillis(100));
        try (var client = new RawClient(address);
                var patient = new RawClient(address)) {
            drip(client, ("GET / HTTP/1.1\r\nX: " + "a".repeat(10_000)).getBytes(UTF_8));
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(patient.send(GET).answer().status())
                    .as("one that has sent nothing may wait longer")
                    .isEqualTo(200);
            drip(patient, "GET / HT".getBytes(UTF_8));
            assertThat(patient.answer().status())
                    .as("behind an answered request")
                    .isEqualTo(408);
        }
    }

    @Test
    void aBodyMayTakeAnyTimeAtThePaceOfTheLimits() throws IOException {
        var address = server.serve(HttpHostileTest::count, its -> {
            its.bodyPause = Duration.ofMillis(150);
            its.paceBytes = 10;
        });
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 200\r\n\r\n");
            drip(client, new byte[200]);
            assertThat(client.answer().text()).isEqualTo("200");
        }
    }

    @Test
    void aLargeAnswerMayTakeAnyTimeAtThePaceOfTheLimits() throws IOException {
        var address = answering(48 * MEGABYTE, Duration.ofMillis(700));
        try (var client = new RawClient(address)) {
            client.send(GET);
            long began = System.nanoTime();
            int left = "HTTP/1.1 200 OK\r\nContent-Length: 50331648\r\n\r\n".length() + 48 * MEGABYTE;
            while (left > 0) {
                LockSupport.parkNanos(100_000_000);
                left -= client.read(Math.min(left, 2 * MEGABYTE)).length;
            }
            assertThat(System.nanoTime() - began).isGreaterThan(1_500_000_000);
            assertThat(client.send(GET).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anAnswerThatNobodyReadsIsCutOff() throws IOException {
        var gone = new CountDownLatch(1);
        var address = server.serve(
                exchange -> {
                    exchange.onDisconnect(gone::countDown);
                    exchange.respond(200, HttpHeaders.EMPTY, new byte[48 * MEGABYTE]);
                },
                its -> its.answerPause = Duration.ofMillis(200));
        try (var client = new RawClient(address)) {
            client.send(GET);
            Await.until("the connection is ended", () -> gone.getCount() == 0);
        }
    }

    @Test
    void whereTooMuchIsUnreadTheOneWithoutProgressForLongestLosesItsAnswer() throws Exception {
        // The kernel may take 10 MB of each: what is left of both is too much all the same.
        int length = 40 * MEGABYTE;
        var answered = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        var address = server.serve(
                exchange -> {
                    if (exchange.rawPath().equals("/deaf")) {
                        exchange.onDisconnect(gone::countDown);
                        answered.countDown();
                    }
                    exchange.respond(200, HttpHeaders.EMPTY, new byte[length]);
                },
                its -> its.answerMemoryBytes = length + 6L * MEGABYTE);
        try (var deaf = new RawClient(address);
                var reader = new RawClient(address)) {
            deaf.send("GET /deaf HTTP/1.1\r\n\r\n");
            deaf.read(1);
            assertThat(answered.getCount()).isZero();
            assertThat(gone.getCount()).isOne();
            assertThat(reader.send(GET).answer().body()).hasSize(length);
            Await.until("the deaf one is cut off", () -> gone.getCount() == 0);
        }
    }

    private InetSocketAddress answering(int bytes, Duration pause) throws IOException {
        var body = new byte[bytes];
        return server.serve(exchange -> exchange.respond(200, HttpHeaders.EMPTY, body), its -> its.answerPause = pause);
    }

    @Test
    void whatCouldBeUnderstoodInTwoWaysIsRefused() throws IOException {
        for (var request : List.of(
                "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET,
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + GET,
                "POST / HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
                "POST / HTTP/1.1\r\nContent-Length: +4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nContent-Length: -4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + "x".repeat(20_000) + "\r\na\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nX: a\0b\r\n\r\n",
                "GET /\0 HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nX: a\n\r\n\r\n",
                "GET / HTTP/1.1\nX: a\n\n",
                "GET /\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003")) {
            try (var client = new RawClient(server.serve(HttpHostileTest::count))) {
                client.send(request);
                assertThat(client.answer().status())
                        .as(request.substring(0, Math.min(request.length(), 80)))
                        .isEqualTo(400);
                assertThat(client.endsCleanly()).isTrue();
            }
        }
    }

    @Test
    void threeHundredKilobytesOfHeadersAreRefused() throws IOException {
        for (var headers : List.of("X: " + "a".repeat(300_000) + "\r\n", "a: b\r\n".repeat(50_000))) {
            try (var client = new RawClient(server.serve(HttpHostileTest::count))) {
                client.send("GET / HTTP/1.1\r\n" + headers + "\r\n");
                assertThat(client.answer().status()).isEqualTo(431);
                assertThat(client.endsCleanly()).isTrue();
            }
        }
    }

    @Test
    void trailersHaveTheLimitOfHeaders() throws IOException {
        try (var client = new RawClient(server.serve(HttpHostileTest::count))) {
            client.send(
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + "a".repeat(40_000) + "\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void aNewcomerTakesThePlaceOfWhoWaitsLongestWithoutEverHavingAsked() throws IOException {
        var address = server.serve(HttpHostileTest::count, its -> its.connections = 4);
        try (var honest = new RawClient(address)) {
            assertThat(honest.send(GET).answer().status()).isEqualTo(200);
            var idle = new ArrayList<RawClient>();
            for (int i = 0; i < 20; i++) {
                idle.add(new RawClient(address));
            }
            try (var newcomer = new RawClient(address)) {
                assertThat(newcomer.send(GET).answer().status()).isEqualTo(200);
            }
            assertThat(idle.getFirst().endsCleanly()).isTrue();
            assertThat(honest.send(GET).answer().status()).isEqualTo(200);
            for (var client : idle) {
                client.close();
            }
        }
    }

    @Test
    void whoIsBeingServedMakesNoRoom() throws Exception {
        var release = new CountDownLatch(1);
        var handled = new CountDownLatch(2);
        var address = server.serve(
                exchange -> {
                    handled.countDown();
                    assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
                    count(exchange);
                },
                its -> its.connections = 2);
        try (var first = new RawClient(address);
                var second = new RawClient(address)) {
            first.send(GET);
            second.send(GET);
            Await.until("both are handled", () -> handled.getCount() == 0);
            try (var third = new RawClient(address)) {
                third.send(GET);
                release.countDown();
                assertThat(first.answer().status()).isEqualTo(200);
                assertThat(second.answer().status()).isEqualTo(200);
                assertThat(third.answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aBodyInSinglesIsHeldInTheWindowToo() throws IOException {
        var handed = new AtomicReference<HttpExchange>();
        try (var client = new RawClient(server.serve(handed::set))) {
            client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("1\r\na\r\n".repeat(20_000));
            Await.until("the request is handled", () -> handed.get() != null);
            assertThat(handed.get().body().available()).isLessThan(15_000);
            client.send("0\r\n\r\n");
            count(handed.get());
            assertThat(client.answer().text()).isEqualTo("20000");
        }
    }
}
