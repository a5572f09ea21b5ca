package dev.boda.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Answers that come late, and clients that do not wait for them.
class HttpDisconnectTest {

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static void text(HttpExchange exchange, String text) throws IOException {
        exchange.respond(200, HttpHeaders.EMPTY, text.getBytes(UTF_8));
    }

    @Test
    void anAnswerMayComeFromAnotherThreadAfterTheHandler() throws Exception {
        var handed = new AtomicReference<HttpExchange>();
        try (var client = new RawClient(server.serve(handed::set))) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            Await.until("the exchange is handed over", () -> handed.get() != null);
            text(handed.get(), "later");
            assertThat(client.answer().text()).isEqualTo("later");
            assertThatThrownBy(() -> text(handed.get(), "twice")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aClientThatGoesIsNoticed() throws IOException {
        var goneSeen = new CountDownLatch(2);
        var handed = new AtomicReference<HttpExchange>();
        var address = server.serve(exchange -> {
            exchange.onDisconnect(goneSeen::countDown);
            exchange.onDisconnect(goneSeen::countDown);
            handed.set(exchange);
        });
        try (var client = new RawClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            Await.until("the request is handled", () -> handed.get() != null);
            assertThat(handed.get().open()).isTrue();
            client.vanish();
        }
        Await.until("both are told", () -> goneSeen.getCount() == 0);
        assertThat(handed.get().open()).isFalse();
        assertThatThrownBy(() -> text(handed.get(), "late"))
                .isInstanceOf(java.nio.channels.ClosedChannelException.class);
        var late = new AtomicInteger();
        handed.get().onDisconnect(late::incrementAndGet);
        assertThat(late).hasValue(1);
    }

    @Test
    void aRequestThatCameWholeIsHandledThoughItsClientHasGone() throws IOException {
        var read = new AtomicReference<String>();
        var mayRead = new CountDownLatch(1);
        var handed = new AtomicReference<HttpExchange>();
        var address = server.serve(exchange -> {
            handed.set(exchange);
            mayRead.await();
            read.set(new String(exchange.readBody(100), UTF_8));
        });
        try (var client = new RawClient(address)) {
            client.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nevent");
            Await.until("the request is handled", () -> handed.get() != null);
            client.vanish();
        }
        Await.until("the client is seen to have gone", () -> !handed.get().open());
        mayRead.countDown();
        Await.until("the body is read", () -> read.get() != null);
        assertThat(read).hasValue("event");
    }

    @Test
    void aClientThatGoesAfterItsAnswerIsNotMissed() throws IOException {
        var told = new AtomicInteger();
        var handed = new AtomicReference<HttpExchange>();
        var address = server.serve(exchange -> {
            exchange.onDisconnect(told::incrementAndGet);
            handed.set(exchange);
            text(exchange, "answer");
        });
        try (var client = new RawClient(address)) {
            client.send("GET / HTTP/1.1\r\n\r\n").answer();
            client.send("GET / HTTP/1.1\r\n\r\n").answer();
        }
        assertThat(told).hasValue(0);
    }
}
