package dev.boda.runtime;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A Runtime API that a test plays by hand: it takes the client's next request and writes whatever bytes it likes.
/// Every wait ends after 20 seconds.
final class RuntimeApiStub implements Closeable {

    private static final int LIMIT_MILLIS = 20_000;

    private final ServerSocket listener;
    private final List<Socket> accepted = new ArrayList<>();
    private Connection connection;

    RuntimeApiStub() throws IOException {
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(LIMIT_MILLIS);
        connection = new Connection(new Socket(), InputStream.nullInputStream());
    }

    /// What a client sent. Trailers are there when the body came in chunks, and was read to its end.
    record Request(String method, String path, Map<String, String> headers, byte[] body, Map<String, String> trailers) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        boolean chunked() {
            return "chunked".equals(headers.get("transfer-encoding"));
        }
    }

    record Connection(Socket socket, InputStream input) {

        /// Whether anything comes within `time`.
        boolean hears(Duration time) throws IOException {
            socket.setSoTimeout(Math.toIntExact(time.toMillis()));
            try {
                return input.read() >= 0;
            } catch (SocketTimeoutException _) {
                return false;
            }
        }
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /// The next request, on the connection at hand or, if the client has not got one, on its next.
    Request take() throws IOException {
        if (!connection.socket().isConnected() || connection.socket().isClosed()) {
            accept();
        }
        return read();
    }

    /// The beginning of the next request on the connection at hand: its body is to be read by [#chunk()].
    Request begin() throws IOException {
        var start = line().split(" ", 3);
        return new Request(start[0], start[1], fields(), new byte[0], Map.of());
    }

    /// The next chunk of a body, as text; empty at its end, where [#fields()] has the trailers.
    String chunk() throws IOException {
        return new String(chunkBytes(), StandardCharsets.UTF_8);
    }

    /// The next request on a connection of its own; the one at hand stays open.
    Request takeFromAnother() throws IOException {
        accept();
        return read();
    }

    /// The connection at hand, to be listened to while another is.
    Connection pause() {
        return connection;
    }

    void accept() throws IOException {
        var socket = listener.accept();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LIMIT_MILLIS);
        accepted.add(socket);
        connection = new Connection(socket, new BufferedInputStream(socket.getInputStream()));
    }

    /// Answers `next` with an event, and returns what the function makes of it: its response or error.
    Request invoke(String requestId, String event, Map<String, String> headers) throws IOException {
        expect(take(), "GET", "/2018-06-01/runtime/invocation/next");
        offer(requestId, event, headers);
        var answer = take();
        accepted();
        return answer;
    }

    void offer(String requestId, String event, Map<String, String> headers) throws IOException {
        var all = new TreeMap<>(headers);
        all.putIfAbsent("Lambda-Runtime-Deadline-Ms", "99999999999999");
        all.put("Lambda-Runtime-Aws-Request-Id", requestId);
        all.put("Content-Type", "application/json");
        reply(200, all, event);
    }

    void accepted() throws IOException {
        reply(202, Map.of("Content-Type", "application/json"), "{\"status\":\"OK\"}\n");
    }

    void reply(int status, Map<String, String> headers, String body) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        write(head + "Content-Length: " + bytes.length + "\r\n\r\n" + body);
    }

    /// Raw bytes of an answer.
    void write(String text) throws IOException {
        var output = connection.socket().getOutputStream();
        output.write(text.getBytes(StandardCharsets.UTF_8));
        output.flush();
    }

    void closeConnection() throws IOException {
        connection.socket().close();
    }

    static void expect(Request request, String method, String path) {
        if (!request.method().equals(method) || !request.path().equals(path)) {
            throw new AssertionError(
                    "Expected " + method + " " + path + ", got " + request + " with " + request.text());
        }
    }

    private Request read() throws IOException {
        var head = begin();
        if (head.chunked()) {
            var body = new ByteArrayOutputStream();
            for (var chunk = chunkBytes(); chunk.length > 0; chunk = chunkBytes()) {
                body.writeBytes(chunk);
            }
            return new Request(head.method(), head.path(), head.headers(), body.toByteArray(), fields());
        }
        int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
        return new Request(
                head.method(), head.path(), head.headers(), connection.input().readNBytes(length), Map.of());
    }

    private byte[] chunkBytes() throws IOException {
        var bytes = connection.input().readNBytes(Integer.parseInt(line(), 16));
        if (bytes.length > 0 && !line().isEmpty()) {
            throw new IOException("A chunk is longer than it says");
        }
        return bytes;
    }

    /// Header or trailer fields, and the empty line behind them.
    Map<String, String> fields() throws IOException {
        var fields = new TreeMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var parts = line.split(": ", 2);
            fields.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        return fields;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = connection.input().read();
                next != '\n';
                next = connection.input().read()) {
            if (next < 0) {
                throw new IOException("The client closed its connection after '" + line + "'");
            }
            line.append((char) next);
        }
        return line.substring(0, line.length() - 1);
    }

    @Override
    public void close() throws IOException {
        for (var socket : accepted) {
            socket.close();
        }
        listener.close();
    }
}
