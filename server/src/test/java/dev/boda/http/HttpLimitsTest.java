package dev.boda.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The server against clients that are too big, too slow, or wrong.
class HttpLimitsTest {

    private static final int MEGABYTE = 1024 * 1024;

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static void count(HttpExchange exchange) throws IOException {
        int length = exchange.readBody(6 * MEGABYTE).length;
        exchange.respond(200, HttpHeaders.EMPTY, Integer.toString(length).getBytes(UTF_8));
    }

    private static void drop(HttpExchange exchange) throws IOException {
        exchange.respond(200, HttpHeaders.EMPTY, new byte[0]);
    }

    private static final String SEVEN_MEGABYTES = "POST / HTTP/1.1\r\nContent-Length: " + 7 * MEGABYTE + "\r\n";

    @Test
    void aBodyAnnouncedTooLargeIsRefusedBeforeItComesAndDropped() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::count))) {
            var answer = client.send(SEVEN_MEGABYTES + "\r\n").answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.has("Connection: close")).isTrue();
            client.send(new byte[7 * MEGABYTE]);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void whoSendsItAllFirstCanReadTheRefusalAfterwards() throws Exception {
        var handled = new CountDownLatch(1);
        var address = server.serve(exchange -> {
            try {
                count(exchange);
            } finally {
                handled.countDown();
            }
        });
        try (var client = new RawClient(address)) {
            client.send(SEVEN_MEGABYTES + "\r\n").send(new byte[MEGABYTE]);
            assertThat(handled.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 1; i < 7; i++) {
                client.send(new byte[MEGABYTE]);
            }
            assertThat(client.answer().status()).isEqualTo(413);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void whoAsksFirstIsRefusedWithoutBeingToldToGoOn() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::count))) {
            var answer = client.send(SEVEN_MEGABYTES + "Expect: 100-continue\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void whoIsRefusedAndSendsOnAndOnIsCutOff() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::count, its -> its.droppedBodyBytes = MEGABYTE))) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(413);
            assertThatThrownBy(() -> client.send(new byte[100 * MEGABYTE])).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aChunkedBodyOverTheLimitIsRefusedAndItsConnectionGoesOn() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::count))) {
            client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 7; i++) {
                client.send("100000\r\n").send(new byte[MEGABYTE]).send("\r\n");
            }
            assertThat(client.send("0\r\n\r\n").answer().status()).isEqualTo(413);
            client.send("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx");
            assertThat(client.answer().text()).isEqualTo("1");
        }
    }

    @Test
    void whoseBodyIsLeftIsAnsweredBeforeItComes() throws IOException {
        var address = server.serve(exchange -> {
            exchange.leaveBody();
            drop(exchange);
        });
        for (String framing : List.of("Content-Length: " + MEGABYTE, "Transfer-Encoding: chunked")) {
            try (var client = new RawClient(address)) {
                var answer = client.send("POST / HTTP/1.1\r\n" + framing + "\r\n\r\n")
                        .answer();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.has("Connection: close")).isTrue();
                client.send(new byte[MEGABYTE]);
                assertThat(client.endsCleanly()).isTrue();
            }
        }
        try (var client = new RawClient(address)) {
            for (int i = 0; i < 2; i++) {
                var answer = client.send("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx")
                        .answer();
                assertThat(answer.has("Connection: close")).isFalse();
            }
        }
    }

    @Test
    void aBodyThatNobodyReadsIsDropped() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::drop))) {
            client.send("POST / HTTP/1.1\r\nContent-Length: " + 9 * MEGABYTE + "\r\n\r\n");
            assertThat(client.send(new byte[9 * MEGABYTE]).answer().status()).isEqualTo(200);
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anEndlessBodyThatNobodyReadsEndsItsConnection() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::drop, its -> its.droppedBodyBytes = MEGABYTE))) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n");
            var answer = client.send(new byte[MEGABYTE + 1]).answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.has("Connection: close")).isTrue();
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void nonsenseIsRefusedAndTheConnectionEndsCleanly() throws IOException {
        assertRefused("nonsense\r\n\r\n", 400);
        assertRefused("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400);
        assertRefused("GET / HTTP/1.1\r\n broken\r\n\r\n", 400);
        assertRefused("POST / HTTP/1.1\r\nContent-Length: nine\r\n\r\n", 400);
        assertRefused("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400);
        assertRefused("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400);
        assertRefused("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501);
        assertRefused("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n\r\n", 414);
        assertRefused("GET / HTTP/1.1\r\nX: " + "a".repeat(40_000) + "\r\n\r\n", 431);
        assertRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
        assertRefused("CONNECT host:1 HTTP/1.1\r\n\r\n", 501);
    }

    private void assertRefused(String request, int status) throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::count))) {
            var answer = client.send(request).answer();
            assertThat(answer.status())
                    .as(request.substring(0, Math.min(40, request.length())))
                    .isEqualTo(status);
            assertThat(answer.has("Connection: close")).isTrue();
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void nonsenseBehindAGoodRequestIsRefusedAfterItsAnswer() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::count))) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhinonsense\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("2");
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void aBodyThatBreaksOffInNonsenseIsRefused() throws IOException {
        var reading = new CountDownLatch(1);
        var address = server.serve(exchange -> {
            assertThat(exchange.body().read()).isEqualTo('a');
            reading.countDown();
            count(exchange);
        });
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
            Await.until("the body is read", () -> reading.getCount() == 0);
            assertThat(client.send("xyz\r\n").answer().status()).isEqualTo(400);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void aSlowBodyHoldsItsThreadOnlySoLong() throws IOException {
        try (var client =
                new RawClient(server.serve(HttpLimitsTest::count, its -> its.bodyPause = Duration.ofMillis(100)))) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void aDrippingBodyHoldsItsThreadOnlySoLong() throws Exception {
        try (var client =
                new RawClient(server.serve(HttpLimitsTest::count, its -> its.bodyPause = Duration.ofMillis(200)))) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 50000\r\n\r\n");
            var _ = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 1_000; i++) {
                        client.send("a");
                        java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                    }
                } catch (IOException closed) {
                    assertThat(closed).isNotNull();
                }
            });
            assertThat(client.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void aConnectionWithoutRequestsIsClosed() throws IOException {
        try (var client = new RawClient(server.serve(HttpLimitsTest::count, its -> its.idle = Duration.ofMillis(50)))) {
            assertThat(client.send("GET / HTTP/1.1\r\n\r\n").answer().status()).isEqualTo(200);
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void aWriterWaitsForASlowReaderAndGivesUp() throws Exception {
        var written = new AtomicLong();
        var failure = new AtomicReference<@Nullable Exception>();
        var address = server.serve(
                exchange -> {
                    try (var out = exchange.respondInPieces(200, HttpHeaders.EMPTY)) {
                        while (true) {
                            out.write(new byte[MEGABYTE]);
                            written.addAndGet(MEGABYTE);
                        }
                    } catch (SlowClientException slow) {
                        failure.set(slow);
                    }
                },
                its -> its.answerPause = Duration.ofMillis(200));
        try (var client = new RawClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            Await.until("the writer gives up", () -> failure.get() != null);
            assertThat(written.get()).isLessThan(32L * MEGABYTE);
        }
    }

    @Test
    void aSlowReaderGetsEverything() throws Exception {
        int total = 48 * MEGABYTE;
        var written = new AtomicLong();
        var address = server.serve(exchange -> {
            try (var out = exchange.respondInPieces(200, HttpHeaders.EMPTY)) {
                for (int i = 0; i < 48; i++) {
                    out.write(new byte[MEGABYTE]);
                    written.addAndGet(MEGABYTE);
                }
            }
        });
        try (var client = new RawClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            Await.until("the writer has begun", () -> written.get() > 0);
            assertThat(written.get()).isLessThan(total);
            assertThat(client.answer().body()).hasSize(total);
        }
    }

    @Test
    void aClientIsSlowedDownToTheReadersPace() throws Exception {
        long total = 64L * MEGABYTE;
        var go = new CountDownLatch(1);
        var read = new AtomicLong();
        var address = server.serve(exchange -> {
            assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
            read.set(exchange.body().transferTo(java.io.OutputStream.nullOutputStream()));
            drop(exchange);
        });
        try (var channel = SocketChannel.open(address)) {
            channel.write(
                    ByteBuffer.wrap(("POST / HTTP/1.1\r\nContent-Length: " + total + "\r\n\r\n").getBytes(UTF_8)));
            channel.configureBlocking(false);
            long sent = sendUntilStuck(channel, total);
            assertThat(sent).isLessThan(32L * MEGABYTE);
            go.countDown();
            channel.configureBlocking(true);
            while (sent < total) {
                sent += channel.write(ByteBuffer.allocate((int) Math.min(MEGABYTE, total - sent)));
            }
            Await.until("everything is read", () -> read.get() == total);
        }
    }

    private static long sendUntilStuck(SocketChannel channel, long total) throws IOException {
        long sent = 0;
        long stuckSince = System.nanoTime();
        while (sent < total && System.nanoTime() - stuckSince < 300_000_000) {
            int written = channel.write(ByteBuffer.allocate((int) Math.min(MEGABYTE, total - sent)));
            sent += written;
            stuckSince = written > 0 ? System.nanoTime() : stuckSince;
            Thread.onSpinWait();
        }
        return sent;
    }

    @Test
    void aClientThatGoesInTheMiddleOfItsBodyFailsTheReader() throws Exception {
        var failure = new AtomicReference<@Nullable Exception>();
        var reading = new CountDownLatch(1);
        var address = server.serve(exchange -> {
            reading.countDown();
            try {
                exchange.readBody(100);
            } catch (IOException gone) {
                failure.set(gone);
                throw gone;
            }
        });
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nhalf");
            Await.until("the handler reads", () -> reading.getCount() == 0);
        }
        Await.until("the reader fails", () -> failure.get() != null);
    }
}
