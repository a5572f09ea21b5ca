package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// An unpacked root file system that stands for an image, and one invocation of a function in it.
final class Distribution {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private Distribution() {}

    /// Which `./boda test` makes.
    static Path root() {
        var cache = System.getenv("XDG_CACHE_HOME");
        var image = (cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("boda/test-tools/image");
        assumeTrue(
                Files.isDirectory(image),
                "There is no " + image + ": './boda test' makes it with debootstrap, which takes root");
        return image;
    }

    /// One invocation, as the Runtime API makes it.
    static String invoke(ServerSocketChannel runtimeApi, String event) throws IOException {
        try (var client = runtimeApi.accept()) {
            assertThat(request(client)).startsWith("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n");
            client.write(
                    bytes("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8\r\nLambda-Runtime-Deadline-Ms: 9\r\n"
                            + "Content-Length: " + event.length() + "\r\n\r\n" + event));
            var answer = request(client);
            assertThat(answer).startsWith("POST /2018-06-01/runtime/invocation/8/response HTTP/1.1\r\n");
            var body = answer.substring(answer.indexOf("\r\n\r\n") + 4, answer.lastIndexOf('"') + 1);
            return body.substring(1, body.length() - 1).replace("\\n", "\n");
        }
    }

    /// A request with its body.
    private static String request(SocketChannel client) throws IOException {
        var read = new StringBuilder();
        var buffer = ByteBuffer.allocate(1 << 16);
        while (!isWhole(read)) {
            assertThat(client.read(buffer.clear())).as("more of: " + read).isPositive();
            read.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        }
        return read.toString();
    }

    private static boolean isWhole(StringBuilder read) {
        int head = read.indexOf("\r\n\r\n");
        var length = LENGTH.matcher(read);
        return head >= 0 && (!length.find() || read.length() >= head + 4 + Integer.parseInt(length.group(1)));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
