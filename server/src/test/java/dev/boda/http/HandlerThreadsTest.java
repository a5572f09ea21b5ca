package dev.boda.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who runs a handler, and answers that leave together.
class HandlerThreadsTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpServer server = HttpServer.start(TestServer.LIMITS, 1);

    @AfterEach
    void stop() {
        server.close();
    }

    /// A handler all of whose requests are brief.
    private record Brief(HttpHandler behind) implements HttpHandler {

        @Override
        public void handle(HttpExchange exchange) throws Exception {
            behind.handle(exchange);
        }

        @Override
        public boolean isBrief(HttpExchange request) {
            return true;
        }
    }

    private InetSocketAddress serve(HttpHandler handler) throws IOException {
        return server.listen(ANY_PORT, handler).address();
    }

    private static void say(HttpExchange exchange, String text) throws IOException {
        exchange.respond(200, HttpHeaders.EMPTY, text.getBytes(UTF_8));
    }

    private static HttpHandler carrier() {
        return exchange -> say(exchange, Thread.currentThread().toString());
    }

    private static String post(InetSocketAddress address, int bytes) throws IOException {
        try (var client = new RawClient(address)) {
            return client.send("POST / HTTP/1.1\r\nContent-Length: " + bytes + "\r\n\r\n")
                    .send(new byte[bytes])
                    .answer()
                    .text();
        }
    }

    @Test
    void aBriefRequestIsCarriedByTheIoThread() throws IOException {
        assertThat(post(serve(new Brief(carrier())), 5))
                .contains("VirtualThread")
                .contains("http-io");
    }

    @Test
    void otherRequestsAndLargeOnesAreNot() throws IOException {
        assertThat(post(serve(carrier()), 5)).contains("VirtualThread").doesNotContain("http-io");
        assertThat(post(serve(new Brief(carrier())), 100_000))
                .contains("VirtualThread")
                .doesNotContain("http-io");
    }

    @Test
    void aBodyInChunksIsLargeUntilItHasCome() throws IOException {
        var address = serve(new Brief(carrier()));
        var head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (var client = new RawClient(address)) {
            client.send(head + "2\r\nok\r\n0\r\n\r\n");
            assertThat(client.answer().text()).contains("http-io");
        }
        try (var client = new RawClient(address)) {
            client.send(head + "11170\r\n").send(new byte[70_000]).send("\r\n0\r\n\r\n");
            assertThat(client.answer().text()).doesNotContain("http-io");
        }
    }

    /// Else the I/O thread would wait for what only it can carry on.
    @Test
    void whoIsToldOfALostClientMayWaitForAHandlerOfTheSameIoThread() throws Exception {
        var monitor = new Object();
        var held = new CountDownLatch(1);
        var listens = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var address = serve(new Brief(exchange -> {
            if (exchange.method().equals("POST")) {
                synchronized (monitor) {
                    held.countDown();
                    go.await();
                }
                say(exchange, "went on");
            } else {
                exchange.onDisconnect(() -> {
                    told.countDown();
                    synchronized (monitor) {
                        monitor.notifyAll();
                    }
                });
                listens.countDown();
                told.await();
            }
        }));
        try (var holder = new RawClient(address)) {
            holder.send("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
            try (var lost = new RawClient(address)) {
                lost.send("GET / HTTP/1.1\r\n\r\n");
                assertThat(listens.await(10, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            go.countDown();
            assertThat(holder.answer().text()).isEqualTo("went on");
        }
    }

    @Test
    void handlersOnOneIoThreadWaitForEachOther() throws Exception {
        var meeting = new CyclicBarrier(3);
        var address = serve(new Brief(exchange -> {
            meeting.await(10, TimeUnit.SECONDS);
            say(exchange, "met");
        }));
        try (var one = new RawClient(address);
                var two = new RawClient(address);
                var three = new RawClient(address)) {
            for (var client : new RawClient[] {one, two, three}) {
                client.send("GET / HTTP/1.1\r\n\r\n");
            }
            assertThat(one.answer().text()
                            + two.answer().text()
                            + three.answer().text())
                    .isEqualTo("metmetmet");
        }
    }

    @Test
    void anAnswerWaitsForTheNextOneIfThatWasAskedForAlready() throws Exception {
        var event = new CountDownLatch(1);
        var address = serve(new Brief(exchange -> {
            if (exchange.method().equals("POST")) {
                exchange.readBody(100);
                exchange.respondWithNext(202, HttpHeaders.EMPTY, "taken".getBytes(UTF_8));
            } else {
                event.await();
                say(exchange, "next");
            }
        }));
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nokGET / HTTP/1.1\r\n\r\n");
            assertThat(client.hasAnswerWithin(50)).isFalse();
            event.countDown();
            assertThat(client.answer().text()).isEqualTo("taken");
            assertThat(client.answer().text()).isEqualTo("next");
            client.send("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok");
            assertThat(client.answer().text()).isEqualTo("taken");
        }
    }

    @Test
    void aHandlerGoesOnWhenItsIoThreadHasEnded() throws Exception {
        var waits = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var address = serve(new Brief(_ -> {
            waits.countDown();
            go.await();
            done.countDown();
        }));
        try (var client = new RawClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
            server.close();
            go.countDown();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
