package dev.boda.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.boda.image.Layers.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A registry with one image, which it gives for a token; its parts lie on another server, to which it redirects.
final class LoopbackRegistry implements AutoCloseable {

    private static final String TOKEN = "for-everybody";

    private final Image image;
    private final HttpServer front = server();
    private final HttpServer parts = server();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final AtomicInteger tokensElsewhere = new AtomicInteger();
    private volatile int most = Integer.MAX_VALUE;
    private volatile String accepted = TOKEN;

    LoopbackRegistry(Image image) throws IOException {
        this.image = image;
        front.createContext("/", this::front);
        parts.createContext("/", this::part);
        for (var server : List.of(front, parts)) {
            server.setExecutor(threads);
            server.start();
        }
    }

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String url(HttpServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String reference() {
        return url(front) + "/mine/image:1.0";
    }

    List<String> asked() {
        return asked;
    }

    List<String> ranges() {
        return new ArrayList<>(ranges);
    }

    int tokensElsewhere() {
        return tokensElsewhere.get();
    }

    /// Every answer ends there.
    void endsAfter(int bytes) {
        most = bytes;
    }

    void goesOn() {
        most = Integer.MAX_VALUE;
    }

    void refusesTokens() {
        accepted = "another";
    }

    private void front(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI();
        asked.add(uri.toString());
        var path = uri.getPath();
        var authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (path.equals("/token")) {
            answer(exchange, 200, ("{\"token\": \"" + TOKEN + "\"}").getBytes(StandardCharsets.UTF_8));
        } else if (!("Bearer " + accepted).equals(authorization)) {
            exchange.getResponseHeaders()
                    .add(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + url(front) + "/token\",service=\"loopback\","
                                    + "scope=\"repository:mine/image:pull\"");
            answer(exchange, 401, new byte[0]);
        } else if (path.startsWith("/v2/mine/image/blobs/")) {
            exchange.getResponseHeaders().add("Location", "http://" + url(parts) + path);
            answer(exchange, 307, new byte[0]);
        } else {
            var manifest = manifest(path.substring(path.lastIndexOf('/') + 1));
            answer(exchange, manifest == null ? 404 : 200, manifest == null ? new byte[0] : manifest);
        }
    }

    private byte @Nullable [] manifest(String version) {
        return version.equals("1.0") ? image.index() : image.blobs().get(version);
    }

    private void part(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        if (exchange.getRequestHeaders().containsKey("Authorization")) {
            tokensElsewhere.incrementAndGet();
        }
        byte[] bytes = image.blobs().getOrDefault(path.substring(path.lastIndexOf('/') + 1), new byte[0]);
        var range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            answer(exchange, 200, bytes);
        } else {
            ranges.add(range);
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            answer(exchange, 206, Arrays.copyOfRange(bytes, from, bytes.length));
        }
    }

    private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body, 0, Math.min(body.length, most));
        }
        exchange.close();
    }

    @Override
    public void close() {
        front.stop(0);
        parts.stop(0);
        threads.shutdownNow();
    }
}
