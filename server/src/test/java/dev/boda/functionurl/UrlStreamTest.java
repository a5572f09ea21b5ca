package dev.boda.functionurl;

import static dev.boda.functionurl.UrlServer.PRELUDE;
import static dev.boda.functionurl.UrlServer.SECONDS;
import static dev.boda.functionurl.UrlServer.completed;
import static dev.boda.functionurl.UrlServer.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.engine.InvocationResult.FunctionError;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.http.Await;
import dev.boda.http.HttpLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The streamed answers of a function URL over a real connection, and how they end.
final class UrlStreamTest {

    @RegisterExtension
    private final UrlServer served = new UrlServer();

    private final UrlUnderTest url = served.url;

    /// Each piece is with the client before the function writes the next one.
    @Test
    void piecesAreSentAsTheyAreWritten() throws Exception {
        var goOn = new LinkedBlockingQueue<String>();
        served.stream("text/plain", (_, sink) -> {
            for (var next = goOn.take(); !next.equals("end"); next = goOn.take()) {
                write(sink, next);
            }
            return completed(sink);
        });
        try (var client = served.client()) {
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
        served.stream(PRELUDE, (_, sink) -> {
            write(sink, "{\"statusCode\": 201, \"headers\": {\"Content-Length\": \"1\",");
            write(sink, " \"X-A\": \"b\"}, \"cookies\": [\"c=d\"]}\0\0\0");
            write(sink, "\0\0\0\0\0");
            headSeen.await();
            write(sink, "body");
            return completed(sink);
        });
        try (var client = served.client()) {
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
        served.stream(PRELUDE, (_, sink) -> {
            write(sink, "{\"statusCode\": 1}\0\0\0\0\0\0\0\0body");
            return completed(sink);
        });
        try (var client = served.client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void anEmptyStreamIsAnEmptyAnswer() throws Exception {
        served.stream("", (_, sink) -> {
            return completed(sink);
        });
        try (var client = served.client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("application/octet-stream");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    void aMalformedPreludeIsAnsweredAtOnce() throws Exception {
        var answered = new CountDownLatch(1);
        served.stream(PRELUDE, (_, sink) -> {
            try {
                write(sink, "{\"statusCode\": 1}\0\0\0\0\0\0\0\0body");
                throw new AssertionError("Taken");
            } catch (IOException none) {
                answered.await();
                throw none;
            }
        });
        try (var client = served.client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
            answered.countDown();
            assertThat(new String(client.in.readNBytes(21), UTF_8)).isEqualTo("Internal Server Error");
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
        } finally {
            answered.countDown();
        }
        awaitCount(502, 2);
    }

    @Test
    void aStreamThatEndsWithoutAPreludeIsAnEmptyAnswer() throws Exception {
        served.stream(PRELUDE, (_, sink) -> {
            return completed(sink);
        });
        try (var client = served.client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("Content-Type: application/octet-stream\n");
            assertThat(client.chunk()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerOfStatus205HasNoBody(InvokeMode mode) throws Exception {
        served.stream(PRELUDE, (_, sink) -> {
            write(sink, "{\"statusCode\": 205}\0\0\0\0\0\0\0\0body");
            write(sink, "more");
            return completed(sink);
        });
        url.invokeMode = mode;
        try (var client = served.client()) {
            for (int i = 0; i < 2; i++) {
                client.get();
                assertThat(client.head())
                        .startsWith("HTTP/1.1 205 ")
                        .contains("Content-Length: 0\n")
                        .doesNotContain("Transfer-Encoding");
            }
        }
        awaitCount(205, 2);
    }

    @Test
    void aFunctionThatFailsBeforeItsFirstByteIsABadGateway() throws Exception {
        served.stream("text/plain", (_, _) -> new FunctionError("Runtime.ExitError", "", null, null));
        try (var client = served.client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void oneThatFailsInTheMiddleCutsTheAnswerOff() throws Exception {
        served.stream("text/plain", (_, sink) -> {
            write(sink, "half");
            return new FunctionError("Runtime.ExitError", "", null, null);
        });
        try (var client = served.client()) {
            client.get();
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(client.chunk()).isEqualTo("half");
            assertThatThrownBy(client::line).isInstanceOf(IOException.class);
        }
        awaitCount(502, 1);
    }

    @Test
    void aSlowReaderSlowsTheFunctionDown() throws Exception {
        var written = new AtomicLong();
        var stuck = new CountDownLatch(1);
        served.stream("text/plain", (_, sink) -> {
            var piece = new byte[64 << 10];
            for (int i = 0; i < 512; i++) {
                if (i == 256) {
                    stuck.countDown();
                }
                sink.write(piece, 0, piece.length);
                written.addAndGet(piece.length);
            }
            return completed(sink);
        });
        try (var client = served.client()) {
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
        served.stream("text/plain", (_, sink) -> {
            try {
                write(sink, "one");
                gone.await();
                for (int i = 0; i < 10_000; i++) {
                    write(sink, "more".repeat(1_000));
                }
                return completed(sink);
            } finally {
                ended.countDown();
            }
        });
        try (var client = served.client()) {
            client.get();
            client.head();
            client.chunk();
        }
        gone.countDown();
        assertThat(ended.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        while (url.requests.read().isEmpty()) {
            Thread.onSpinWait();
        }
        awaitCount(499, 1);
    }

    /// At once, though the function goes on.
    @Test
    void whoReadsTooSlowlyIsCutOff() throws Exception {
        var cut = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        served.stream("text/plain", (_, sink) -> {
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
        try (var client = served.client(HttpLimits.STANDARD.with(its -> its.answerPause = Duration.ofMillis(300)))) {
            client.get();
            assertThat(cut.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(endOf(client)).isTrue();
        } finally {
            goOn.countDown();
        }
        while (url.requests.read().isEmpty()) {
            Thread.onSpinWait();
        }
        awaitCount(408, 1);
    }

    /// Whether the connection ends, rather than stays silent.
    private static boolean endOf(UrlServer.Client client) throws IOException {
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

    /// A request is counted when its answer is on its way.
    private void awaitCount(int status, long count) {
        Await.until(
                count + " times " + status,
                () -> url.requests.read().stream()
                        .anyMatch(each -> each.byStatus().equals(Map.of(status, count))));
    }
}
