package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.engine.InvocationResult.Success;
import dev.boda.engine.ResponseSink;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.http.HttpLimits;
import dev.boda.http.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A function URL behind a real server, until the end of the test.
final class UrlServer implements AfterEachCallback {

    static final String PRELUDE = "application/vnd.awslambda.http-integration-response";
    static final int SECONDS = 10;

    final UrlUnderTest url = new UrlUnderTest();
    private final HttpServer server = HttpServer.start(HttpLimits.STANDARD, 1);

    /// A connection to the URL.
    final class Client implements AutoCloseable {

        final Socket socket;
        final InputStream in;

        private Client(HttpLimits its) throws IOException {
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

    Client client() throws IOException {
        return client(HttpLimits.STANDARD);
    }

    Client client(HttpLimits limits) throws IOException {
        return new Client(limits);
    }

    static void write(ResponseSink sink, String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        sink.write(bytes, 0, bytes.length);
    }

    /// The function has streamed all of its answer.
    static Success completed(ResponseSink sink) throws IOException {
        sink.complete();
        return new Success(null);
    }

    /// Has the function stream.
    void stream(String type, UrlUnderTest.Function function) {
        url.invokeMode = InvokeMode.RESPONSE_STREAM;
        url.function = (invocation, sink) -> {
            sink.begin(type, true);
            return function.answer(invocation, sink);
        };
    }

    @Override
    public void afterEach(ExtensionContext test) {
        server.close();
    }
}
