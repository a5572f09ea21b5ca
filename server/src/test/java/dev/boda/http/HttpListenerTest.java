package dev.boda.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Opening and closing listeners.
class HttpListenerTest {

    private static final HttpLimits NO_DRAIN = TestServer.LIMITS;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpServer server = HttpServer.start(HttpLimits.STANDARD, 1);

    @AfterEach
    void stop() {
        server.close();
    }

    private static HttpHandler saying(String text) {
        return exchange -> exchange.respond(200, HttpHeaders.EMPTY, text.getBytes(UTF_8));
    }

    private static String ask(InetSocketAddress address) throws IOException {
        try (var client = new RawClient(address)) {
            return client.send("GET / HTTP/1.1\r\n\r\n").answer().text();
        }
    }

    @Test
    void aPortInUseIsRefusedByName() throws IOException {
        var taken = server.listen(ANY_PORT, saying("first")).address();
        assertThatThrownBy(() -> server.listen(taken, saying("second")))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("Address already in use")
                .hasMessageContaining(":" + taken.getPort());
        assertThat(ask(taken)).isEqualTo("first");
    }

    @Test
    void aClosedListenerFreesItsPortAtOnce() throws IOException {
        var listener = server.listen(ANY_PORT, saying("first"), NO_DRAIN);
        for (int i = 0; i < 20; i++) {
            listener.close();
            listener = server.listen(listener.address(), saying("again " + i), NO_DRAIN);
            assertThat(ask(listener.address())).isEqualTo("again " + i);
        }
    }

    @Test
    void aSocketBoundByOthersIsServed() throws IOException {
        var socket = ServerSocketChannel.open();
        socket.bind(ANY_PORT);
        try (var listener = server.listen(socket, saying("handed over"), NO_DRAIN)) {
            assertThat(ask(listener.address())).isEqualTo("handed over");
        }
        assertThat(socket.isOpen()).isFalse();
    }

    @Test
    void manyListenersLiveTogether() throws IOException {
        var listeners = new ArrayList<HttpServer.Listener>();
        for (int i = 0; i < 500; i++) {
            listeners.add(server.listen(ANY_PORT, saying("number " + i), NO_DRAIN));
        }
        for (int i = 0; i < 500; i++) {
            assertThat(ask(listeners.get(i).address())).isEqualTo("number " + i);
            listeners.get(i).close();
        }
        assertThatThrownBy(() -> ask(listeners.getFirst().address())).isInstanceOf(ConnectException.class);
    }

    @Test
    void anAnswerUnderWayOutlivesTheClosingOfItsListener() throws Exception {
        var handled = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var listener = server.listen(ANY_PORT, exchange -> {
            handled.countDown();
            assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
            exchange.respond(200, HttpHeaders.EMPTY, "in time".getBytes(UTF_8));
        });
        var closing = Thread.ofVirtual().unstarted(listener::close);
        try (var client = new RawClient(listener.address());
                var idle = new RawClient(listener.address())) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            Await.until("the request is handled", () -> handled.getCount() == 0);
            closing.start();
            assertThat(idle.endsCleanly()).isTrue();
            Await.until("new connections are refused", () -> refused(listener.address()));
            release.countDown();
            var answer = client.answer();
            assertThat(answer.text()).isEqualTo("in time");
            assertThat(answer.has("Connection: close")).isTrue();
            assertThat(client.endsCleanly()).isTrue();
        }
        closing.join();
    }

    private static boolean refused(InetSocketAddress address) {
        try (var client = new RawClient(address)) {
            return client == null;
        } catch (IOException _) {
            return true;
        }
    }

    @Test
    void aParkedRequestIsCutOffWhenTheDrainIsOver() throws Exception {
        var parked = new AtomicReference<@Nullable HttpExchange>();
        var gone = new CountDownLatch(1);
        var listener = server.listen(
                ANY_PORT,
                exchange -> {
                    exchange.onDisconnect(gone::countDown);
                    parked.set(exchange);
                },
                NO_DRAIN);
        try (var client = new RawClient(listener.address())) {
            client.send("GET / HTTP/1.1\r\n\r\n");
            Await.until("the request is parked", () -> parked.get() != null);
            listener.close();
            Await.until("its handler is told", () -> gone.getCount() == 0);
            assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClosedServerLeavesNoThreadsBehind() throws IOException {
        var others = ioThreads();
        var mine = HttpServer.start(NO_DRAIN, 2);
        assertThat(ask(mine.listen(ANY_PORT, saying("hello")).address())).isEqualTo("hello");
        var its = ioThreads();
        its.removeAll(others);
        assertThat(its).isNotEmpty();
        mine.close();
        Await.until("its threads have ended", () -> its.stream().noneMatch(Thread::isAlive));
    }

    private static Set<Thread> ioThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("http-io"))
                .collect(Collectors.toCollection(HashSet::new));
    }
}
