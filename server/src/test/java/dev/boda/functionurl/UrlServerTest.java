package dev.boda.functionurl;

import static dev.boda.functionurl.UrlServer.completed;
import static dev.boda.functionurl.UrlServer.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A function URL over a real connection, for clients that want something else than HTTP/1.1, too.
final class UrlServerTest {

    @RegisterExtension
    private final UrlServer served = new UrlServer();

    private final UrlUnderTest url = served.url;

    @Test
    void aStreamGoesThroughThePacer() throws Exception {
        url.pace = sink -> new ResponseSink() {
            @Override
            public void begin(String contentType, boolean streamed) throws IOException {
                sink.begin(contentType, streamed);
                write(new byte[] {'>'}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                sink.write(bytes, offset, length);
            }

            @Override
            public void complete() throws IOException {
                sink.complete();
            }
        };
        served.stream("text/plain", (_, sink) -> {
            write(sink, "a");
            return completed(sink);
        });
        try (var client = served.client()) {
            client.get();
            client.head();
            assertThat(client.chunk()).isEqualTo(">");
            assertThat(client.chunk()).isEqualTo("a");
        }
    }

    private static final class Nobody implements StreamedAnswer.Client {

        @Override
        public OutputStream begin(int status, HttpHeaders.Builder headers) {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void malformed(MalformedAnswerException why) {}

        @Override
        public void cutOff() {}
    }

    @Test
    void anAnswerOverTheLimitEndsTheInvocation() throws Exception {
        var answer = new StreamedAnswer(new Nobody(), 10);
        answer.begin("text/plain", true);
        write(answer, "0123456789");
        assertThatThrownBy(() -> write(answer, "0")).isInstanceOf(ResponseTooLargeException.class);
    }

    /// A function that is ended while it begins to answer: the client has one answer.
    @Test
    void whoeverAnswersFirstIsTheOnlyOne() throws Exception {
        var answer = new StreamedAnswer(new Nobody(), 10);
        answer.begin("text/plain", true);
        assertThat(answer.claim()).isTrue();
        assertThatThrownBy(() -> write(answer, "0")).isInstanceOf(IOException.class);
    }

    @Test
    void aLargeAnswerIsUnderstoodToo() throws Exception {
        var readers = new java.util.concurrent.atomic.AtomicInteger();
        url.readers = task -> {
            readers.incrementAndGet();
            Thread.ofPlatform().start(task);
        };
        url.function = UrlUnderTest.answering("\"" + "a".repeat(3 << 20) + "\"");
        try (var client = served.client()) {
            client.get();
            assertThat(client.head()).contains("Content-Length: " + (3 << 20));
            assertThat(client.in.readNBytes(3 << 20)).containsOnly('a');
            assertThat(readers).hasValue(1);
        }
    }

    @Test
    void headHasNoBody() throws Exception {
        try (var client = served.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: " + UrlUnderTest.HOST + "\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("Content-Length: 2\n");
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(client.in.readNBytes(2), UTF_8)).isEqualTo("hi");
        }
    }

    /// The function sees a GET, and the client that there is no WebSocket.
    @Test
    void aRequestForAWebSocketOrHttp2IsAnsweredAsAnyOther() throws Exception {
        try (var client = served.client()) {
            for (var upgrade : new String[] {"websocket", "h2c"}) {
                client.send("GET /chat HTTP/1.1\r\nHost: " + UrlUnderTest.HOST + "\r\nConnection: Upgrade\r\nUpgrade: "
                        + upgrade + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
                assertThat(new String(client.in.readNBytes(2), UTF_8)).isEqualTo("hi");
                var event = new String(url.invoked.getLast().payload(), UTF_8);
                assertThat(event).contains("sec-websocket-key").doesNotContain("upgrade");
            }
        }
    }

    @Test
    void http2WithoutAskingIsRefused() throws Exception {
        try (var client = served.client()) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 505 ");
            assertThat(client.in.read()).isEqualTo(-1);
        }
    }
}
