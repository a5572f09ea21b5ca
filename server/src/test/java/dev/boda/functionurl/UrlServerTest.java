package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ResponseSink;
import dev.boda.engine.ResponseTooLargeException;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.http.HttpHeaders;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A function URL over a real connection: streams, and clients that want something else than HTTP/1.1.
final class UrlServerTest {

    private static final String PRELUDE = "application/vnd.awslambda.http-integration-response";
    private static final int SECONDS = 10;

    private final HttpServer server = HttpServer.start(HttpLimits.STANDARD, 1);
    private final UrlUnderTest url = new UrlUnderTest();

    @AfterEach
    void close() {
        server.close();
    }

    /// A connection to the URL.
    private final class Client implements AutoCloseable {

        final Socket socket;
        final InputStream in;

        Client() throws IOException {
            this(HttpLimits.STANDARD);
        }

        Client(HttpLimits its) throws IOException {
            var limits = its.with(draft -> draft.drain = Duration.ZERO);
            var listener =
                    server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), url.door(), limits);
            socket = new Socket(
                    listener.address().getAddress(), listener.address().getPort());
            socket.setSoTimeout(SECONDS * 1_000);
            in = socket.getInputStream();
        }

        void send(String head) throws IOException {
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        }

        void get() throws IOException {
            send("GET / HTTP/1.1\r\nHost: " + UrlUnderTest.HOST + "\r\n\r\n");
        }

        String line() throws IOException {
            var line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("The connection ended after '" + line + "'");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        String head() throws IOException {
            var head = new StringBuilder();
            for (var line = line(); !line.isEmpty(); line = line()) {
                head.append(line).append('\n');
            }
            return head.toString();
        }

        String chunk() throws IOException {
            int size = Integer.parseInt(line(), 16);
            var chunk = new String(in.readNBytes(size), UTF_8);
            line();
            return chunk;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void write(ResponseSink sink, String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        sink.write(bytes, 0, bytes.length);
    }

    private void stream(String type, UrlUnderTest.Function function) {
        url.invokeMode = InvokeMode.RESPONSE_STREAM;
        url.function = (invocation, sink) -> {
            sink.begin(type, true);
            return function.answer(invocation, sink);
        };
    }

    /// Each piece is with the client before the function writes the next one.
    @Test
    void piecesAreSentAsTheyAreWritten() throws Exception {
        var goOn = new LinkedBlockingQueue<String>();
        stream("text/plain", (_, sink) -> {
            for (var next = goOn.take(); !next.equals("end"); next = goOn.take()) {
                write(sink, next);
            }
            sink.complete();
            return new Success(null);
        });
        try (var client = new Client()) {
            client.get();
            goOn.add("one ");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("Content-Type: text/plain\n");
            assertThat(client.chunk()).isEqualTo("one ");
            goOn.add("two");
            assertThat(client.chunk()).isEqualTo("two");
            goOn.add("end");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void thePreludeIsTheHeadAsSoonAsItIsThereThoughItComesInPieces() throws Exception {
        var headSeen = new CountDownLatch(1);
        stream(PRELUDE, (_, sink) -> {
            write(sink, "{\"statusCode\": 201, \"headers\": {\"Content-Length\": \"1\",");
            write(sink, " \"X-A\": \"b\"}, \"cookies\": [\"c=d\"]}\0\0\0");
            write(sink, "\0\0\0\0\0");
            headSeen.await();
            write(sink, "body");
            sink.complete();
            return new Success(null);
        });
        try (var client = new Client()) {
            client.get();
            assertThat(client.head())
                    .startsWith("HTTP/1.1 201 ")
                    .contains("X-A: b\n", "Set-Cookie: c=d\n", "Content-Type: application/octet-stream\n")
                    .contains("Transfer-Encoding: chunked\n")
                    .doesNotContain("Content-Length");
            headSeen.countDown();
            assertThat(client.chunk()).isEqualTo("body");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void aPreludeThatIsNoneIsABadGateway() throws Exception {
        stream(PRELUDE, (_, sink) -> {
            write(sink, "{\"statusCode\": 1}\0\0\0\0\0\0\0\0body");
            sink.complete();
            return new Success(null);
        });
        try (var client = new Client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void anEmptyStreamIsAnEmptyAnswer() throws Exception {
        stream("", (_, sink) -> {
            sink.complete();
            return new Success(null);
        });
        try (var client = new Client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("application/octet-stream");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void aMalformedPreludeIsAnsweredAtOnce() throws Exception {
        var answered = new CountDownLatch(1);
        stream(PRELUDE, (_, sink) -> {
            try {
                write(sink, "{\"statusCode\": 1}\0\0\0\0\0\0\0\0body");
                throw new AssertionError("Taken");
            } catch (IOException none) {
                answered.await();
                throw none;
            }
        });
        try (var client = new Client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
            answered.countDown();
            assertThat(new String(client.in.readNBytes(21), UTF_8)).isEqualTo("Internal Server Error");
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
        } finally {
            answered.countDown();
        }
        assertThat(url.requests.read().getFirst().byStatus()).containsOnly(java.util.Map.entry(502, 2L));
    }

    @Test
    void aStreamThatEndsWithoutAPreludeIsAnEmptyAnswer() throws Exception {
        stream(PRELUDE, (_, sink) -> {
            sink.complete();
            return new Success(null);
        });
        try (var client = new Client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("Content-Type: application/octet-stream\n");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerOfStatus205HasNoBody(InvokeMode mode) throws Exception {
        stream(PRELUDE, (_, sink) -> {
            write(sink, "{\"statusCode\": 205}\0\0\0\0\0\0\0\0body");
            write(sink, "more");
            sink.complete();
            return new Success(null);
        });
        url.invokeMode = mode;
        try (var client = new Client()) {
            for (int i = 0; i < 2; i++) {
                client.get();
                assertThat(client.head())
                        .startsWith("HTTP/1.1 205 ")
                        .contains("Content-Length: 0\n")
                        .doesNotContain("Transfer-Encoding");
            }
        }
        assertThat(url.requests.read().getFirst().byStatus()).containsOnly(java.util.Map.entry(205, 2L));
    }

    @Test
    void aFunctionThatFailsBeforeItsFirstByteIsABadGateway() throws Exception {
        stream("text/plain", (_, _) -> new FunctionError("Runtime.ExitError", "", null, null));
        try (var client = new Client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void oneThatFailsInTheMiddleCutsTheAnswerOff() throws Exception {
        stream("text/plain", (_, sink) -> {
            write(sink, "half");
            return new FunctionError("Runtime.ExitError", "", null, null);
        });
        try (var client = new Client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(client.chunk()).isEqualTo("half");
            assertThatThrownBy(client::line).isInstanceOf(IOException.class);
        }
        assertThat(url.requests.read().getFirst().byStatus()).containsEntry(502, 1L);
    }

    @Test
    void aSlowReaderSlowsTheFunctionDown() throws Exception {
        var written = new AtomicLong();
        var stuck = new CountDownLatch(1);
        stream("text/plain", (_, sink) -> {
            var piece = new byte[64 << 10];
            for (int i = 0; i < 512; i++) {
                if (i == 256) {
                    stuck.countDown();
                }
                sink.write(piece, 0, piece.length);
                written.addAndGet(piece.length);
            }
            sink.complete();
            return new Success(null);
        });
        try (var client = new Client()) {
            client.get();
            client.head();
            // 16 MB are more than the sockets' buffers and the server's queue hold.
            assertThat(stuck.await(500, TimeUnit.MILLISECONDS)).isFalse();
            long total = 0;
            for (var chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                total += chunk.length();
            }
            assertThat(total).isEqualTo(32 << 20).isEqualTo(written.get());
        }
    }

    @Test
    void aCallerWhoGoesAwayLeavesTheFunctionToItsEnd() throws Exception {
        var gone = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        stream("text/plain", (_, sink) -> {
            try {
                write(sink, "one");
                gone.await();
                for (int i = 0; i < 10_000; i++) {
                    write(sink, "more".repeat(1_000));
                }
                sink.complete();
                return new Success(null);
            } finally {
                ended.countDown();
            }
        });
        try (var client = new Client()) {
            client.get();
            client.head();
            client.chunk();
        }
        gone.countDown();
        assertThat(ended.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        while (url.requests.read().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(url.requests.read().getFirst().byStatus()).containsEntry(499, 1L);
    }

    /// At once, though the function goes on.
    @Test
    void whoReadsTooSlowlyIsCutOff() throws Exception {
        var cut = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        stream("text/plain", (_, sink) -> {
            try {
                var piece = new byte[64 << 10];
                for (int i = 0; i < 512; i++) {
                    sink.write(piece, 0, piece.length);
                }
                throw new AssertionError("All of it was read");
            } catch (IOException gone) {
                cut.countDown();
                goOn.await();
                throw gone;
            }
        });
        try (var client = new Client(HttpLimits.STANDARD.with(its -> its.answerPause = Duration.ofMillis(300)))) {
            client.get();
            assertThat(cut.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(endOf(client)).isTrue();
        } finally {
            goOn.countDown();
        }
        while (url.requests.read().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(url.requests.read().getFirst().byStatus()).containsOnly(java.util.Map.entry(408, 1L));
    }

    /// Whether the connection ends, rather than stays silent.
    private static boolean endOf(Client client) throws IOException {
        try {
            while (client.in.read(new byte[64 << 10]) >= 0) {
                Thread.onSpinWait();
            }
            return true;
        } catch (java.net.SocketTimeoutException silent) {
            return false;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

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
        stream("text/plain", (_, sink) -> {
            write(sink, "a");
            sink.complete();
            return new Success(null);
        });
        try (var client = new Client()) {
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
        try (var client = new Client()) {
            client.get();
            assertThat(client.head()).contains("Content-Length: " + (3 << 20));
            assertThat(client.in.readNBytes(3 << 20)).containsOnly('a');
            assertThat(readers).hasValue(1);
        }
    }

    @Test
    void headHasNoBody() throws Exception {
        try (var client = new Client()) {
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
        try (var client = new Client()) {
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
        try (var client = new Client()) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 505 ");
            assertThat(client.in.read()).isEqualTo(-1);
        }
    }
}
