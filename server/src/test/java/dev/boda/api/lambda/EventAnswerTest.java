package dev.boda.api.lambda;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.engine.InvocationResult;
import dev.boda.engine.ResponseSink;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A streamed answer whose runtime writes on a thread of its own, before clients that read, or do not.
final class EventAnswerTest {

    private static final int MEGABYTE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration STUCK = Duration.ofMillis(500);

    private final CompletableFuture<ResponseSink> runtime = new CompletableFuture<>();
    private final CompletableFuture<InvocationResult> result = new CompletableFuture<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<Thread> writing = new CompletableFuture<>();
    private LambdaUnderTest lambda;
    private HttpServer http;
    private HttpServer.Listener listener;

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        lambda = new LambdaUnderTest(folder);
        lambda.createReady("hello");
        lambda.engine = (_, answer) -> {
            runtime.complete(answer);
            return result.orTimeout(20, TimeUnit.SECONDS).join();
        };
        var limits = HttpLimits.STANDARD.with(its -> its.answerPause = PATIENCE);
        http = HttpServer.start(limits, 1);
        listener = http.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), lambda.door());
    }

    @AfterEach
    void close() {
        http.close();
        threads.close();
        lambda.close();
    }

    /// Asks for a stream.
    private Socket client() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(64 * 1024);
        socket.connect(listener.address());
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(
                        ("POST /2021-11-15/functions/hello/response-streaming-invocations HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Authorization: AWS4-HMAC-SHA256 Credential=" + LambdaUnderTest.ACCOUNT
                                        + "/20261121/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=abc\r\n"
                                        + "Content-Length: 2\r\n\r\n{}")
                                .getBytes(ISO_8859_1));
        return socket;
    }

    /// Writes so many megabytes, and says whether all of them were taken.
    private CompletableFuture<Boolean> writing(int megabytes) {
        return runtime.thenApplyAsync(
                answer -> {
                    try {
                        answer.begin("text/plain", true);
                        answer.write(new byte[1], 0, 1);
                        writing.complete(Thread.currentThread());
                        for (int i = 0; i < megabytes; i++) {
                            answer.write(new byte[MEGABYTE], 0, MEGABYTE);
                        }
                        answer.complete();
                        return true;
                    } catch (IOException unread) {
                        return false;
                    }
                },
                threads);
    }

    /// Until it has waited for the client for a while, and not only for the sockets' buffers.
    private static void awaitStuck(Thread writer) {
        long since = System.nanoTime();
        while (System.nanoTime() - since < STUCK.toNanos()) {
            if (writer.getState() != Thread.State.TIMED_WAITING) {
                since = System.nanoTime();
            }
            Thread.onSpinWait();
        }
    }

    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (IOException reset) {
            return "reset";
        }
    }

    @Test
    void aClientWhoReadsHasAllAndTheEnd() throws Exception {
        try (var socket = client()) {
            var written = writing(16);
            var received = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            var text = new StringBuilder();
                            var bytes = new byte[MEGABYTE];
                            while (text.indexOf("InvokeComplete", Math.max(0, text.length() - MEGABYTE - 64)) < 0) {
                                int length = socket.getInputStream().read(bytes);
                                assertThat(length).isPositive();
                                text.append(new String(bytes, 0, length, ISO_8859_1));
                            }
                            return text.chars().filter(c -> c == 0).count();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    },
                    threads);
            assertThat(written.get(20, TimeUnit.SECONDS)).isTrue();
            result.complete(new InvocationResult.Success(null));
            assertThat(received.get(20, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(16L * MEGABYTE);
        }
    }

    /// He must not take what he has for all there is.
    @Test
    void aClientWhoDoesNotReadIsCutOffAndNotToldThatItIsComplete() throws Exception {
        try (var socket = client()) {
            assertThat(writing(64).get(20, TimeUnit.SECONDS)).isFalse();
            result.complete(new InvocationResult.Success(null));
            assertThat(rest(socket)).doesNotContain("InvokeComplete").doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void aFunctionThatIsEndedWhileItsPieceIsUnreadIsNoComplete() throws Exception {
        try (var socket = client()) {
            var written = writing(64);
            awaitStuck(writing.get(20, TimeUnit.SECONDS));
            result.complete(new InvocationResult.FunctionError("Sandbox.Timedout", "too long", null, null));
            assertThat(written.get(20, TimeUnit.SECONDS)).isFalse();
            assertThat(rest(socket)).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void whatTheRuntimeWritesAfterTheEndGoesNowhere() throws Exception {
        try (var socket = client()) {
            var answer = runtime.get(20, TimeUnit.SECONDS);
            result.complete(new InvocationResult.FunctionError("Sandbox.Timedout", "too long", null, null));
            var text = new StringBuilder();
            while (text.indexOf("\r\n0\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                assertThat(next).isNotNegative();
                text.append((char) next);
            }
            assertThat(text).contains("InvokeComplete").contains("Sandbox.Timedout");
            assertThat(refuses(() -> answer.begin("text/plain", true))).isTrue();
            assertThat(refuses(() -> answer.write(new byte[1], 0, 1))).isTrue();
        }
    }

    private interface Late {
        void run() throws IOException;
    }

    private static boolean refuses(Late late) {
        try {
            late.run();
            return false;
        } catch (IOException over) {
            return true;
        }
    }
}
